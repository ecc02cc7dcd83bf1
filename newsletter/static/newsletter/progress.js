// Keeps the screen of a dispatch fresh. Without it the page has its link "Refresh".
const PARTS = "[data-live]";
const AGAIN = 1000;

function seconds() {
    return Number(document.getElementById("desk-now")?.dataset.every ?? 0);
}

// Whoever stands on something, or has opened and begun to fill in a form, keeps it.
function busy(part) {
    return part.contains(document.activeElement) || part.querySelector("details[open] form");
}

// What is open to look at stays open.
function keepOpen(from, to) {
    for (const details of from.querySelectorAll("details[open][id]")) {
        to.querySelector(`#${details.id}`)?.setAttribute("open", "");
    }
}

function take(page) {
    for (const shown of document.querySelectorAll(PARTS)) {
        const fresh = page.getElementById(shown.id);
        if (!fresh || shown.isEqualNode(fresh)) continue;
        // Buttons are only exchanged when others are possible.
        if (shown.dataset.key !== undefined && shown.dataset.key === fresh.dataset.key) continue;
        if (busy(shown)) continue;
        keepOpen(shown, fresh);
        shown.replaceWith(fresh);
    }
    say();
    tick();
}

// Read out politely, and only when it is news.
function say() {
    const said = document.getElementById("desk-said");
    const words = document.getElementById("desk-now")?.dataset.say ?? "";
    if (said && said.dataset.last !== words) {
        if (said.dataset.last !== undefined) said.textContent = words;
        said.dataset.last = words;
    }
}

function tick() {
    for (const left of document.querySelectorAll("[data-until]")) {
        const rest = Math.ceil((Date.parse(left.dataset.until) - Date.now()) / 1000);
        left.hidden = rest <= 0 || rest > 600;
        left.textContent = `(${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")})`;
    }
}

let last = Date.now();

async function look() {
    const every = seconds();
    // Nothing is asked of the server while nobody looks, or when all has ended.
    if (every && !document.hidden && Date.now() - last >= every * 1000) {
        const answer = await fetch(document.getElementById("desk-now").dataset.url).catch(() => null);
        if (answer?.ok && !answer.redirected) {
            take(new DOMParser().parseFromString(await answer.text(), "text/html"));
        }
        last = Date.now();
    }
    tick();
    if (seconds()) setTimeout(look, AGAIN);
}

say();
tick();
setTimeout(look, AGAIN);
