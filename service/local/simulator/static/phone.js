// The phone page: one parent's conversation at a time, kept fresh by asking the server for changes.
"use strict";

(() => {
  const POLL = 700, POLL_HIDDEN = 5000, POLL_TROUBLE = 3000, THREADS_EVERY = 3, ANSWER_WAIT = 15000;
  const AREAS = ["312", "773", "630", "847"];
  const CHIPS = ["YES", "4", "1 3", "7 8", "NO", "BOOKED", "LATER", "HELP", "STOP"];
  const STARTERS = [
    "Hi, I have a question about my son",
    "She's 4, can't hold a crayon and falls a lot",
    "Hola, mi hijo tiene 3 y no sube escaleras",
  ];
  const el = (id) => document.getElementById(id);
  const { base, off } = document.body.dataset;
  const isOff = off === "yes";
  const composer = el("composer"), scroll = el("scroll"), thread = el("thread");

  let active = null;        // the parent's number
  let cursor = 0;           // the newest change seen of it
  let visit = 0;            // answers to an earlier visit of a conversation are dropped
  let first = true;         // the first answer for this parent is not news
  let atEnd = true;         // whether the newest text is in view, and stays so
  let waiting = 0;          // until when an answer is expected (0: not)
  let round = 0, timer = 0, asking = false;
  let messages = new Map(); // sid -> {message, node}
  let threads = null;       // null: not heard of yet
  let painted = "";         // what the list of parents shows, so that it is left alone while it is right
  const drafts = new Map(), seen = new Map();
  const leaps = [];         // jumps in time: {the text they came after, words}

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
      await fetchMessages();
      if (round++ % THREADS_EVERY === 0) await fetchThreads();
      el("trouble").hidden = true;
    } catch {
      el("trouble").hidden = false;
      wait = POLL_TROUBLE;
    }
    if (mine !== visit) return;    // the newer visit asks for itself
    asking = false;
    clearTimeout(timer);
    timer = setTimeout(poll, wait);
  }

  async function fetchMessages() {
    const number = active, mine = visit;
    if (!number) return;
    const query = new URLSearchParams({ number, after: cursor });
    const data = await ask(`/messages?${query}`);
    if (mine !== visit) return;
    if (data.cursor < cursor) clearThread();    // the carrier began anew
    cursor = data.cursor;
    data.messages.forEach((message) => show(message, !first));
    if (first) toEnd();
    first = false;
    if (waiting && Date.now() > waiting) waiting = 0;
    paint();
  }

  async function fetchThreads() {
    const isFirst = threads === null;
    threads = (await ask("/threads")).threads;
    if (isFirst) threads.forEach(({ number, count }) => seen.set(number, count));
    paintParents();
  }

  // ---- parents

  const digits = (number) => number.replace(/\D/g, "");
  function pretty(number) {
    const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
    return match ? `(${match[1]}) ${match[2]}-${match[3]}` : number;
  }

  function remembered() {
    try { return JSON.parse(localStorage.getItem("tandem-parents")) || []; } catch { return []; }
  }
  function remember(number) {
    try { localStorage.setItem("tandem-parents", JSON.stringify([number, ...remembered()].slice(0, 20))); } catch { /* private window */ }
  }

  function newNumber() {
    const taken = new Set([...(threads || []).map((one) => one.number), ...remembered()]);
    const free = AREAS.flatMap((area) => Array.from({ length: 100 }, (_, n) =>
      `+1${area}5550${100 + n}`)).filter((number) => !taken.has(number));
    return free[Math.floor(Math.random() * free.length)] || `+1312555${String(Date.now()).slice(-4)}`;
  }

  function addParent() {
    const number = newNumber();
    remember(number);
    choose(number);
    composer.focus();
  }

  function choose(number) {
    if (number === active) return;
    if (active) drafts.set(active, composer.value);
    active = number;
    visit += 1;
    clearThread();
    first = true;
    waiting = 0;
    composer.value = drafts.get(number) || "";
    measure();
    el("who").textContent = pretty(number);
    if (location.hash !== `#${number}`) history.replaceState(null, "", `#${number}`);
    paintParents();
    el("parents").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    asking = false;
    poll();
  }

  function knownParents() {
    const heard = threads || [];
    const known = new Map(heard.map((one) => [one.number, one]));
    const fresh = [active, ...remembered()].filter((number) => number && !known.has(number));
    return [...[...new Set(fresh)].map((number) => ({ number, last: null, count: 0 })), ...heard];
  }

  function paintParents() {
    const list = el("parents"), focused = document.activeElement?.dataset?.number;
    const parents = knownParents(), wanted = JSON.stringify([active, parents]);
    if (wanted === painted) return;
    painted = wanted;
    list.replaceChildren(...parents.map(({ number, last, count }) => {
      if (number === active) seen.set(number, count);
      const button = make("button", "parent");
      button.type = "button";
      button.dataset.number = number;
      button.style.setProperty("--hue", String((Number(digits(number)) * 47) % 360));
      const unread = count > (seen.get(number) || 0) && last?.from === "clinic";
      button.classList.toggle("unread", unread);
      if (number === active) button.setAttribute("aria-current", "true");
      const face = make("span", "face", number.slice(-2));
      face.setAttribute("aria-hidden", "true");
      button.append(face, make("span", "number", pretty(number)),
        make("span", "time", last ? clock(last.at) : ""),
        make("span", "last", last ? `${last.from === "parent" ? "You: " : ""}${last.body}` : "No texts yet"));
      if (unread) button.append(make("span", "unseen", "New text"));
      button.addEventListener("click", () => choose(number));
      const item = make("li");
      item.append(button);
      return item;
    }));
    if (focused) list.querySelector(`[data-number="${CSS.escape(focused)}"]`)?.focus();
  }

  // ---- the conversation

  function make(tag, name = "", text = "") {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  function icon(path) {
    const holder = make("span", "tick");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 20 14");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    holder.append(svg);
    return holder;
  }

  const TICKS = {
    queued: ["M10 1.5a5.5 5.5 0 1 0 .01 0M10 4v3l2 1.5", "Waiting to be sent"],
    sent: ["M4 7.5l3.5 3.5L15 3", "Sent"],
    delivered: ["M1.5 7.5L5 11l7.5-8M8.5 10l1 1L17 3", "Delivered"],
    failed: ["M10 1.5v7M10 12.2v.1", "Not delivered"],
  };

  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  function dayName(at) {
    const day = new Date(at), today = new Date();
    const gap = Math.round((today.setHours(12, 0, 0, 0) - new Date(day).setHours(12, 0, 0, 0)) / 864e5);
    if (gap === 0) return "Today";
    if (gap === 1) return "Yesterday";
    return day.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
  }

  function clearThread() {
    messages = new Map();
    cursor = 0;
    thread.replaceChildren();
    thread.dataset.day = "";
    el("newest").hidden = true;
    paint();
  }

  function show(message, isNews) {
    const known = messages.get(message.sid);
    if (known) {
      known.message = message;
      paintMeta(known);
      return;
    }
    const day = dayName(message.at);
    if (thread.dataset.day !== day) {
      thread.append(make("li", "day", day));
      thread.dataset.day = day;
    }
    const theirs = message.from === "clinic";
    const node = make("li", `bubble ${theirs ? "in" : "out"}${isNews ? " fresh" : ""}`);
    node.dataset.testid = theirs ? "bubble-in" : "bubble-out";
    node.dataset.sid = message.sid;
    node.append(make("span", "unseen", theirs ? "Clinic:" : "You:"), make("span", "words", message.body), make("span", "meta"));
    const entry = { message, node };
    messages.set(message.sid, entry);
    paintMeta(entry);
    thread.append(node);
    leaps.filter((leap) => leap.sid === message.sid).forEach((leap) => thread.append(make("li", "leap", leap.words)));
    if (theirs && isNews) {
      waiting = 0;
      el("arrived").textContent = message.body;
    }
    if (atEnd || !theirs) toEnd();
    else if (isNews) el("newest").hidden = false;
  }

  function paintMeta({ message, node }) {
    const meta = node.querySelector(".meta"), failed = message.delivery === "failed";
    node.dataset.delivery = message.delivery;
    meta.classList.toggle("failed", failed);
    const [path, name] = TICKS[message.delivery];
    const tick = icon(path);
    tick.classList.add(message.delivery);
    if (!failed) tick.append(make("span", "unseen", name));
    const parts = [clock(message.at)];
    if (message.from === "clinic" && !failed) parts.push(segmentWords(message.segments, message.encoding));
    if (failed) parts.push(message.answer ? `Not taken in (${message.answer})` : "Not delivered");
    else if (message.from === "parent" && message.delivery === "sent") parts.push("Trying again");
    tick.title = name;
    meta.replaceChildren(make("span", "", parts.join(" · ")), tick);
  }

  function toEnd() {
    atEnd = true;
    el("newest").hidden = true;
    requestAnimationFrame(() => { scroll.scrollTop = scroll.scrollHeight; });
  }
  function noteScroll() {
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    if (atEnd) el("newest").hidden = true;
  }

  function paint() {
    const typing = el("typing");
    typing.hidden = waiting === 0;
    if (atEnd) toEnd();
    el("empty").hidden = (first && !isOff) || messages.size > 0;
  }

  // ---- writing

  async function send(body) {
    if (isOff || !active || !body.trim()) return false;
    try {
      const data = await ask("/texts", { number: active, body });
      waiting = Date.now() + ANSWER_WAIT;
      show(data.message, true);
      paint();
      poll();
      return true;
    } catch (error) {
      say(error.message);
      return false;
    }
  }

  async function submit(event) {
    event?.preventDefault();
    const body = composer.value, number = active;
    if (!body.trim()) { composer.focus(); return; }
    composer.value = "";
    measure();
    if (!(await send(body))) {
      if (number === active && !composer.value) composer.value = body;
      else drafts.set(number, body);
      measure();
    }
    composer.focus();
  }

  function measure() {
    const { count, units, single, encoding } = countSegments(composer.value);
    const line = el("segments");
    line.textContent = segmentWords(count, encoding) + (count === 1 && units ? ` · ${single - units} left` : "");
    line.classList.toggle("costly", count > 2 || (encoding === "UCS-2" && units > 0));
    composer.style.height = "auto";
    composer.style.height = `${composer.scrollHeight + 3}px`;
  }

  async function jump() {
    if (!active) return;
    const button = el("jump"), number = active, sid = [...messages.keys()].pop();
    button.setAttribute("aria-busy", "true");
    try {
      const { kind, text } = await ask("/jump", { number });
      say(text);
      if (kind) {
        leaps.push({ sid, words: text });
        if (number === active) { messages.get(sid)?.node.after(make("li", "leap", text)); toEnd(); }
        waiting = Date.now() + ANSWER_WAIT / 3;
        poll();
      }
    } catch (error) {
      say(error.message);
    }
    button.removeAttribute("aria-busy");
  }

  let toastTimer = 0;
  function say(words) {
    const toast = el("toast");
    toast.textContent = words;
    toast.classList.add("shown");
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => toast.classList.remove("shown"), 4000);
  }

  function offer(holder, words, name = "") {
    const button = make("button", name, words);
    button.type = "button";
    button.addEventListener("click", () => send(words));
    holder.append(button);
  }

  // ---- beginning

  if (!isOff) CHIPS.forEach((words) => offer(el("chips"), words, words === "STOP" ? "stop" : ""));
  if (!isOff) STARTERS.forEach((words) => offer(el("starters"), words));
  el("form").addEventListener("submit", submit);
  el("new-parent").addEventListener("click", addParent);
  el("jump").addEventListener("click", jump);
  el("newest").addEventListener("click", toEnd);
  scroll.addEventListener("scroll", noteScroll);
  const keepEnd = new ResizeObserver(() => { if (atEnd) toEnd(); });
  [scroll, thread].forEach((part) => keepEnd.observe(part));
  composer.addEventListener("input", measure);
  composer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });

  const asked = () => (/^#(\+\d{8,15})$/.exec(decodeURIComponent(location.hash)) || [])[1];
  window.addEventListener("hashchange", () => { if (asked()) choose(asked()); });

  async function begin() {
    try { await fetchThreads(); } catch { el("trouble").hidden = false; }
    const number = asked() || threads?.[0]?.number || (isOff ? undefined : remembered()[0]);
    if (number) choose(number);
    else if (!isOff) addParent();
    else { paint(); poll(); }
    if (!isOff && matchMedia("(pointer: fine)").matches) composer.focus();
  }
  begin();
})();
