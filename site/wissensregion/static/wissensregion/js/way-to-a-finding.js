/*
 * A link to a place in the form that is open leads there: Wagtail looks at the address only when
 * the form is loaded. What is folded or behind another tab is opened first.
 */
(function () {
    "use strict";

    const MARK = "#:w:contentpath=";

    function place(path) {
        let found = null;
        for (const part of path.split(".")) {
            const next = (found || document).querySelector(`[data-contentpath="${CSS.escape(part)}"]`);
            if (!next) break;
            found = next;
        }
        return found;
    }

    function open(node) {
        const tab = node.closest("[role='tabpanel'][hidden]");
        if (tab) document.getElementById(tab.getAttribute("aria-labelledby"))?.click();
        for (let panel = node.closest("[data-panel]"); panel; panel = panel.parentElement?.closest("[data-panel]")) {
            panel.querySelector("[data-panel-toggle][aria-expanded='false']")?.click();
        }
    }

    window.addEventListener("hashchange", () => {
        if (!location.hash.startsWith(MARK)) return;
        const node = place(decodeURIComponent(location.hash.slice(MARK.length)));
        if (!node) return;
        open(node);
        node.scrollIntoView({ block: "center" });
        node.querySelector("input:not([type='hidden']), textarea, select, [contenteditable='true'], button")?.focus({ preventScroll: true });
    });
})();
