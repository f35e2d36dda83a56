// Gently keeps pages fresh: offers new messages, moves the progress of a list, and shows or takes
// away the note that no texts are going out.
// Asks every ten seconds, and only while somebody looks at the page.
"use strict";
(() => {
  const EVERY_MS = 10000;

  const offer = (place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary";
    button.textContent = "New messages: show";
    button.addEventListener("click", () => window.location.reload());
    place.replaceChildren(button);
  };

  const ask = async (place) => {
    const answer = await fetch(place.dataset.news, { headers: { Accept: "application/json" } });
    if (!answer.ok) return answer.status < 500;
    if (!(await answer.json()).new) return false;
    offer(place);
    return true;
  };

  const move = async (place) => {
    const answer = await fetch(place.dataset.refresh, { headers: { Accept: "application/json" } });
    if (!answer.ok) return answer.status < 500;
    // Our own page, escaped on the server. What did not change stays: it is not read out again.
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    if (fresh.innerHTML !== place.innerHTML) place.replaceChildren(fresh.content);
    return place.querySelector("[data-still]")?.dataset.still !== "yes";
  };

  const keep = (place, look) => {
    const timer = window.setInterval(async () => {
      if (document.hidden) return;
      try {
        if (await look(place)) window.clearInterval(timer);
      } catch {
        // The network is away for a moment; the next round asks again.
      }
    }, EVERY_MS);
  };

  document.querySelectorAll("[data-news]").forEach((place) => keep(place, ask));
  document.querySelectorAll("[data-refresh]").forEach((place) => keep(place, move));
})();
