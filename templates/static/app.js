// What scripts add to pages that work without them. No data leaves the page but by its own form.
"use strict";

// An error takes the focus by its autofocus attribute; older browsers know that for controls only.
const notice = document.querySelector("[role=alert][tabindex]");
if (notice && !("autofocus" in HTMLElement.prototype)) {
  notice.focus();
}

for (const form of document.querySelectorAll("form[data-key-field]")) {
  addKey(form, form.dataset.keyField);
}
for (const form of document.querySelectorAll("form[data-once]")) {
  sendOnce(form);
}
for (const form of document.querySelectorAll("form[data-guard]")) {
  guard(form);
}
for (const count of document.querySelectorAll("[data-count-for]")) {
  const control = document.getElementById(count.dataset.countFor);
  if (control) {
    showCount(control, count);
  }
}

// A page that caches may keep for many has no submission key. Each visit gets one here, kept with its
// entry in the history: going back and sending again is a repeat, reloading begins anew, as with a
// page that came with a key. The format is the service's: 12 digits of time, 24 random ones.
function addKey(form, name) {
  const [visit] = performance.getEntriesByType("navigation");
  let key = visit?.type === "back_forward" ? history.state?.key : undefined;
  if (!key) {
    const random = crypto.getRandomValues(new Uint8Array(12));
    const digits = [...random].map((byte) => byte.toString(16).padStart(2, "0"));
    key = Date.now().toString(16).padStart(12, "0") + digits.join("");
    history.replaceState({ ...history.state, key }, "");
  }
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value: key, autocomplete: "off" });
  form.prepend(field);
}

// A second click within this time is a double click. The server would recognise it as a repeat; this
// only spares the wait. Afterwards sending again is meant.
function sendOnce(form) {
  const DOUBLE_CLICK_MS = 3000;
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    const now = performance.now();
    if (now - sentAt < DOUBLE_CLICK_MS) {
      event.preventDefault();
    } else {
      sentAt = now;
    }
  });
  window.addEventListener("pageshow", () => {
    sentAt = -Infinity;
  });
}

// Leaving is asked about only while something was changed, or sent and not taken. The listener is
// there no longer than that: some browsers keep no page for going back that has one.
function guard(form) {
  const ask = (event) => event.preventDefault();
  if (notice) {
    window.addEventListener("beforeunload", ask);
  }
  form.addEventListener("input", () => window.addEventListener("beforeunload", ask));
  form.addEventListener("submit", () => window.removeEventListener("beforeunload", ask));
}

// What is left of a limit: to be seen at every key, and said once typing pauses near the limit.
function showCount(control, count) {
  const PAUSE_MS = 1000;
  const limit = Number(count.dataset.limit);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  count.after(said);
  let pause;

  function update() {
    // Code points without white space around them, as the service counts.
    const left = limit - [...control.value.trim()].length;
    const text = left < 0 ? count.dataset.over : count.dataset.left;
    count.textContent = text.replace("{n}", numbers.format(Math.abs(left)));
    count.classList.toggle("wrong", left < 0);
    return left <= limit / 10;
  }

  control.addEventListener("input", () => {
    const isNear = update();
    clearTimeout(pause);
    pause = setTimeout(() => {
      said.textContent = isNear ? count.textContent : "";
    }, PAUSE_MS);
  });
  window.addEventListener("pageshow", update); // answers that the browser puts back come before it
  update();
  count.hidden = false;
}

// The receipt's status, asked for a few times, ever more seldom, and only while somebody looks.
const CHECK_AFTER_SECONDS = [1, 1, 2, 3, 5, 10, 20, 40, 60, 120];
const receiptStatus = document.getElementById("receipt-status");

function showStatus(state) {
  const text = document.querySelector(`template[data-status="${CSS.escape(state)}"]`);
  if (state === receiptStatus.dataset.state || !text) {
    return;
  }
  const former = document.createElement("template");
  former.dataset.status = receiptStatus.dataset.state;
  former.content.append(...receiptStatus.childNodes);
  text.replaceWith(former);
  receiptStatus.dataset.state = state;
  receiptStatus.append(text.content);
  document.getElementById("receipt-check")?.toggleAttribute("hidden", state === "delivered");
}

async function askStatus() {
  try {
    const answer = await fetch(location.href, {
      headers: { Accept: "application/json" },
      cache: "no-store",
    });
    if (answer.ok) {
      showStatus((await answer.json()).status);
    }
  } catch {
    // Off the network, or the service is: the next check, or the link, will tell.
  }
}

async function untilVisible() {
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
  }
}

async function watchStatus() {
  for (const seconds of CHECK_AFTER_SECONDS) {
    if (receiptStatus.dataset.state === "delivered") {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await untilVisible();
    await askStatus();
  }
}

if (receiptStatus) {
  watchStatus();
}

// Browsers lend the clipboard to secure pages only.
const copy = document.getElementById("receipt-copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const copied = document.getElementById("receipt-copied");
    try {
      await navigator.clipboard.writeText(document.getElementById("receipt-id").textContent);
      copied.textContent = copied.dataset.done;
    } catch {
      copied.textContent = copied.dataset.failed;
    }
  });
}
