// Phone or mail, where there is no room for both: a switch that remembers, and tells of new mail.
"use strict";

(() => {
  const buttons = [...document.querySelectorAll(".channels button")];
  const mail = buttons.find((button) => button.dataset.show === "mail");

  function switchTo(channel) {
    document.body.dataset.channel = channel;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === channel)));
    if (channel === "mail") mail.classList.remove("news");
    try { sessionStorage.setItem("tandem-channel", channel); } catch { /* private window */ }
  }

  function last() {
    try { return sessionStorage.getItem("tandem-channel"); } catch { return null; }
  }

  buttons.forEach((button) => button.addEventListener("click", () => switchTo(button.dataset.show)));
  document.getElementById("mail").addEventListener("news", () => {
    if (document.body.dataset.channel !== "mail") mail.classList.add("news");
  });
  const named = new URLSearchParams(location.search).has("mail");
  switchTo(named || last() === "mail" ? "mail" : "phone");
})();
