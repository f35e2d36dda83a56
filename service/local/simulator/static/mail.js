// The mail pane: one parent's mailbox at a time, kept fresh by asking the server for changes.
"use strict";

(() => {
  const POLL = 1000, POLL_HIDDEN = 5000, POLL_TROUBLE = 3000, BOXES_EVERY = 3;
  const NAMES = ["ana", "luis", "maria", "sam", "dana", "jo", "rosa", "ken"];
  const STATES = { waiting: "Waiting", delivered: "Taken in", sent_back: "Sent back" };
  const el = (id) => document.getElementById(id);
  const { base } = document.body.dataset;
  const pane = el("mail"), { clinicAddress, off } = pane.dataset;
  const isOff = off === "yes";
  const hasBoth = matchMedia("(min-width: 1180px)");

  let address = null;         // whose mailbox is open
  let cursor = 0;             // the newest change seen of it
  let visit = 0;              // answers to an earlier visit of a mailbox are dropped
  let first = true;           // the first answer for this mailbox is not news
  let boxes = [];             // the mailboxes the server knows
  let mails = new Map();      // id -> what the list shows of a mail
  let read = new Set(), whole = new Map();
  let open = null, view = "html", answering = null, quoted = "";
  let round = 0, timer = 0, asking = false, painted = "";

  // ---- asking the server

  async function ask(path, body) {
    const options = body === undefined ? {} :
      { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(base + path, { ...options, cache: "no-store" });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(data.error || `The server answered ${answer.status}.`);
    return data;
  }

  async function poll() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    const mine = visit;
    let wait = document.hidden ? POLL_HIDDEN : POLL;
    try {
      if (round++ % BOXES_EVERY === 0) await fetchBoxes();
      if (mine === visit) await fetchMails();
      el("mail-trouble").hidden = true;
    } catch {
      el("mail-trouble").hidden = false;
      wait = POLL_TROUBLE;
    }
    if (mine !== visit) return;    // the newer visit asks for itself
    asking = false;
    timer = setTimeout(poll, wait);
  }

  async function fetchBoxes() {
    boxes = (await ask("/mailboxes")).mailboxes.map((box) => box.address);
    paintBoxes();
  }

  async function fetchMails() {
    const mine = visit;
    if (!address) return;
    const data = await ask(`/mails?${new URLSearchParams({ address, after: cursor })}`);
    if (mine !== visit) return;
    if (data.cursor < cursor) { mails = new Map(); whole = new Map(); }    // the provider began anew
    cursor = data.cursor;
    data.mails.forEach((mail) => take(mail, !first));
    el("mail-none").hidden = mails.size > 0;
    if (first || data.mails.length) paintList();
    first = false;
  }

  function take(mail, isNews) {
    const known = mails.get(mail.id);
    mails.set(mail.id, mail);
    if (mail.own || !isNews) read.add(mail.id);
    else if (!known) {
      el("mail-arrived").textContent = `New mail: ${mail.subject}`;
      pane.dispatchEvent(new Event("news"));
      // Beside the phone a new mail opens by itself, unless somebody reads or writes.
      if (hasBoth.matches && !open && el("compose").hidden) openMail(mail.id, false);
    }
    if (mail.id === open) paintState(mail);
  }

  // ---- mailboxes

  function remembered() {
    try { return JSON.parse(localStorage.getItem("tandem-mailboxes")) || []; } catch { return []; }
  }
  function remember(one) {
    try { localStorage.setItem("tandem-mailboxes", JSON.stringify([...new Set([one, ...remembered()])].slice(0, 20))); } catch { /* private window */ }
  }

  function choose(one) {
    address = one;
    visit += 1;
    remember(one);
    cursor = 0;
    first = true;
    mails = new Map();
    read = new Set();
    whole = new Map();
    closeMail();
    stopWriting();
    paintBoxes();
    paintList();
    asking = false;
    poll();
  }

  function paintBoxes() {
    const wanted = [...new Set([address, ...remembered(), ...boxes].filter(Boolean))].sort();
    const list = el("mail-address"), now = JSON.stringify(wanted);
    if (now !== painted) {
      painted = now;
      list.replaceChildren(...wanted.map((one) => new Option(one, one)));
    }
    list.value = address;
    list.disabled = wanted.length === 0;
  }

  function askForAnother(shown) {
    el("mail-another-form").hidden = !shown;
    el("mail-box").hidden = shown;
    el("mail-another").setAttribute("aria-expanded", String(shown));
    el("mail-another-wrong").hidden = true;
    if (!shown) { el("mail-another").focus(); return; }
    const taken = new Set([...boxes, ...remembered()]);
    const free = NAMES.find((name) => !taken.has(`${name}@example.com`)) || `parent${Date.now() % 1e4}`;
    el("mail-another-address").value = `${free}@example.com`;
    el("mail-another-address").select();
  }

  async function openAnother(event) {
    event.preventDefault();
    const wanted = el("mail-another-address").value.trim().toLowerCase();
    try {
      await ask(`/mails?${new URLSearchParams({ address: wanted })}`);
      askForAnother(false);
      choose(wanted);
      el("mail-write").focus();
    } catch (error) {
      complain("mail-another-wrong", error);
      el("mail-another-address").focus();
    }
  }

  // ---- the list

  function make(tag, name = "", text = "") {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  function when(at, whole) {
    const day = new Date(at), clock = { hour: "numeric", minute: "2-digit" };
    if (whole) return day.toLocaleString([], { weekday: "short", month: "short", day: "numeric", ...clock });
    const isToday = day.toDateString() === new Date().toDateString();
    return isToday ? day.toLocaleTimeString([], clock) : day.toLocaleDateString([], { month: "short", day: "numeric" });
  }

  function paintList() {
    const list = el("mails"), focused = document.activeElement?.dataset?.mail;
    const top = list.scrollTop;
    list.replaceChildren(...[...mails.values()].reverse().map((mail) => {
      const row = make("button", `mail-row${read.has(mail.id) ? "" : " unread"}`);
      row.type = "button";
      row.dataset.mail = mail.id;
      row.dataset.testid = mail.own ? "mail-out" : "mail-in";
      if (mail.id === open) row.setAttribute("aria-current", "true");
      const who = make("span", "who", mail.own ? `To ${mail.to}` : mail.from);
      if (!read.has(mail.id)) who.append(make("span", "unseen", ", new"));
      row.append(who, make("span", "when", when(mail.at, false)), make("span", "subject", mail.subject));
      if (mail.own || mail.state !== "delivered") row.append(make("span", `chip ${mail.state}`, STATES[mail.state]));
      row.addEventListener("click", () => openMail(mail.id, true));
      const item = make("li");
      item.append(row);
      return item;
    }));
    list.scrollTop = top;
    if (focused) list.querySelector(`[data-mail="${CSS.escape(focused)}"]`)?.focus();
  }

  // ---- one mail

  function showing(what) {
    el("mail-body").dataset.showing = what;
    el("reader").hidden = what !== "reader";
    el("compose").hidden = what !== "compose";
  }

  async function openMail(id, byHand) {
    const mail = mails.get(id);
    if (byHand && !stopWriting()) return;
    const isAnother = open !== id;
    open = id;
    read.add(id);
    el("reader-subject").textContent = mail.subject;
    el("reader-from").textContent = mail.from;
    el("reader-from-address").textContent = mail.from === mail.from_address ? "" : `<${mail.from_address}>`;
    el("reader-to").textContent = mail.to;
    el("reader-at").textContent = when(mail.at, true);
    el("reader-at").dateTime = mail.at;
    el("reader-foot").hidden = mail.own || isOff;
    el("reader-unsubscribe").hidden = !mail.unsubscribe;
    paintState(mail);
    showing("reader");
    if (isAnother) setView(mail.has_html ? "html" : "text");
    paintList();
    if (byHand) el("reader-subject").focus({ preventScroll: true });
    document.querySelector(`[data-mail="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  function closeMail() {
    const was = open;
    open = null;
    showing("list");
    el("reader-frame").replaceChildren();
    if (!was) return;
    paintList();
    document.querySelector(`[data-mail="${CSS.escape(was)}"]`)?.focus();
  }

  function paintState(mail) {
    const line = el("reader-state"), words = [STATES[mail.state]];
    if (mail.reason) words.push(mail.reason);
    line.hidden = !mail.own && mail.state === "delivered";
    line.className = `state ${mail.state}`;
    if (line.textContent !== words.join(": ")) line.textContent = words.join(": ");
  }

  async function setView(wanted) {
    view = wanted;
    const id = open, isHtml = wanted === "html";
    document.querySelectorAll(".views button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.view === wanted));
      if (button.dataset.view === "html") button.disabled = !mails.get(id)?.has_html;
    });
    el("reader-frame").hidden = !isHtml;
    el("reader-text").hidden = isHtml;
    el("reader-text").classList.toggle("headers", wanted === "headers");
    if (isHtml) { frame(id); return; }
    el("reader-text").textContent = "";
    try {
      const mail = await wholeMail(id);
      if (open === id && view === wanted) el("reader-text").textContent = wanted === "text" ? mail.text : mail.headers;
    } catch (error) {
      say(error.message);
    }
  }

  // A new frame each time: one that moves on would take over the browser's Back button.
  function frame(id) {
    const node = make("iframe");
    node.title = "The mail as its sender laid it out";
    node.dataset.testid = "mail-frame";
    // Nothing runs in it; its links may open outside, and work there as anywhere.
    node.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
    node.referrerPolicy = "no-referrer";
    node.src = `${base}/mails/${encodeURIComponent(id)}/html`;
    el("reader-frame").replaceChildren(node);
  }

  async function wholeMail(id) {
    if (!whole.has(id)) whole.set(id, await ask(`/mails/${encodeURIComponent(id)}`));
    return whole.get(id);
  }

  async function press(button, work) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try { say(await work()); poll(); } catch (error) { say(error.message); }
    button.removeAttribute("aria-busy");
  }

  const replyAutomatically = () => press(el("reader-away"), async () => {
    await ask(`/mails/${open}/automatic-reply`, { address });
    return "Sent an out-of-office notice";
  });
  const unsubscribe = () => press(el("reader-unsubscribe"), async () => (await ask(`/mails/${open}/unsubscribe`, { address })).text);
  const jump = () => press(el("mail-jump"), async () => (await ask("/mails/jump", { address })).text);

  // ---- writing

  function write(to, subject, name) {
    el("compose-name").textContent = name;
    el("compose-to").value = to;
    el("compose-subject").value = subject;
    el("compose-text").value = "";
    el("compose-quote").value = "en";
    el("compose-quote-line").hidden = !answering;
    el("compose-wrong").hidden = true;
    showing("compose");
  }

  function writeNew() {
    if (!stopWriting()) return;
    answering = null;
    quoted = "";
    open = null;
    paintList();
    write(clinicAddress, "", "New mail");
    el("compose-subject").focus();
  }

  async function reply() {
    const id = open;
    try {
      const { answer } = await wholeMail(id);
      if (open !== id) return;
      answering = id;
      quoted = answer.quotation;
      write(answer.to, answer.subject, "Reply");
      el("compose-text").focus();
    } catch (error) {
      say(error.message);
    }
  }

  function chooseQuote() {
    const text = el("compose-text"), own = text.value.replace(quoted, "").trimEnd();
    const between = el("compose-quote").value === "between";
    text.value = between ? `${own}\n\n${quoted}` : own;
    text.focus();
    text.setSelectionRange(own.length, own.length);
  }

  // Says whether the way is free: what was written is not thrown away unasked.
  function stopWriting(asked = false) {
    if (el("compose").hidden) return true;
    const own = el("compose-text").value.replace(quoted, "").trim();
    if (own && !asked && !confirm("Discard the mail you were writing?")) return false;
    showing(open ? "reader" : "list");
    return true;
  }

  async function send(event) {
    event?.preventDefault();
    const button = el("compose-send");
    if (button.disabled) return;
    button.disabled = true;
    try {
      const { mail } = await ask("/mails", {
        address, to: el("compose-to").value.trim(), subject: el("compose-subject").value,
        text: el("compose-text").value, answers: answering, quote: el("compose-quote").value,
      });
      stopWriting(true);
      closeMail();
      take(mail, false);
      el("mail-none").hidden = true;
      paintList();
      el("mails").scrollTop = 0;
      say("Sent");
      el("mail-write").focus();
      poll();
    } catch (error) {
      complain("compose-wrong", error);
      el("compose-text").focus();
    }
    button.disabled = false;
  }

  function complain(id, error) {
    el(id).textContent = error.message;
    el(id).hidden = false;
  }

  let toastTimer = 0;
  function say(words) {
    const toast = el("mail-toast");
    toast.textContent = words;
    toast.classList.add("shown");
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => toast.classList.remove("shown"), 4000);
  }

  // ---- beginning

  document.querySelectorAll(".views button").forEach((button) => button.addEventListener("click", () => setView(button.dataset.view)));
  el("mail-address").addEventListener("change", (event) => {
    if (stopWriting()) choose(event.target.value);
    else event.target.value = address;
  });
  el("mail-another").addEventListener("click", () => { if (stopWriting()) askForAnother(true); });
  el("mail-another-cancel").addEventListener("click", () => askForAnother(false));
  el("mail-another-form").addEventListener("submit", openAnother);
  el("mail-write").addEventListener("click", writeNew);
  el("mail-jump").addEventListener("click", jump);
  el("reader-close").addEventListener("click", closeMail);
  el("reader-reply").addEventListener("click", reply);
  el("reader-away").addEventListener("click", replyAutomatically);
  el("reader-unsubscribe").addEventListener("click", unsubscribe);
  el("compose").addEventListener("submit", send);
  el("compose-quote").addEventListener("change", chooseQuote);
  el("compose-cancel").addEventListener("click", () => { stopWriting(true); el(open ? "reader-reply" : "mail-write").focus(); });
  el("compose").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  });
  pane.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!el("mail-another-form").hidden) askForAnother(false);
    else if (!el("reader").hidden) closeMail();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });

  async function begin() {
    const named = new URLSearchParams(location.search).get("mail");
    try { await fetchBoxes(); } catch { el("mail-trouble").hidden = false; }
    const one = named?.toLowerCase() || remembered()[0] || boxes[0] || (isOff ? null : "ana@example.com");
    if (one) choose(one);
    else { el("mail-none").hidden = false; poll(); }
  }
  begin();
})();
