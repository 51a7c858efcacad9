// What scripts add to pages that work without them. No data leaves the page but by its own form.
"use strict";

// An error takes the focus by its autofocus attribute; older browsers know that for controls only.
const notice = document.querySelector("[role=alert][tabindex]");
if (notice && !("autofocus" in HTMLElement.prototype)) {
  notice.focus();
}

// A second click within this time is a double click. The server would recognise it as a repeat; this
// only spares the wait. Afterwards sending again is meant.
const DOUBLE_CLICK_MS = 3000;
for (const form of document.querySelectorAll("form[data-once]")) {
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

async function watchStatus() {
  for (const seconds of CHECK_AFTER_SECONDS) {
    if (receiptStatus.dataset.state === "delivered") {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (!document.hidden) {
      await askStatus();
    }
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
      copied.textContent = "Copied";
    } catch {
      copied.textContent = "Please select and copy it by hand";
    }
  });
}
