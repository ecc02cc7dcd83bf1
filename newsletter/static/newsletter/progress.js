// Keeps the progress of a dispatch fresh. Without it the page has its link "Refresh".
const ID = "newsletter-progress";
const EVERY = 3000;

async function refresh() {
    const shown = document.getElementById(ID);
    if (!shown?.hasAttribute("data-running")) return;
    // Whoever is on a button keeps it.
    if (!document.hidden && !shown.contains(document.activeElement)) {
        const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
        if (answer?.ok && !answer.redirected) {
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const fresh = page.getElementById(ID);
            if (fresh) shown.replaceWith(fresh);
        }
    }
    setTimeout(refresh, EVERY);
}

setTimeout(refresh, EVERY);
