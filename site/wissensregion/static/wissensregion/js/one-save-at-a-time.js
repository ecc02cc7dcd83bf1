/*
 * A press on Save or Publish waits until the page is loaded, until what was typed last has reached
 * the form (the editor of rich text takes a moment for that, on a slow machine a long one) and
 * until the draft that Wagtail saves by itself has been saved. No other draft begins after it: the
 * two would meet as strangers, and the editor would be told that the address is taken or that
 * somebody else has saved meanwhile. Nothing of this is waited for for ever.
 */
(function () {
    "use strict";

    const SOON = 100;
    const PATIENCE = 10000;
    // Rich text hands over bold and links after a quarter of a second; its words are compared.
    const TYPED = 400;
    let typedAt = -TYPED;
    let savingSince = null;
    let leaving = false;
    let pressed = null;

    function plain(lines) {
        return lines.join("\n").replace(/\s+/g, " ").trim();
    }

    function shown(editor) {
        const blocks = [...editor.querySelectorAll("[data-block]")];
        const words = (block) => [...block.querySelectorAll("[data-text]")].map((part) => part.textContent);
        return plain(blocks.filter((block) => block.tagName !== "FIGURE").map((block) => words(block).join("")));
    }

    function kept(editor) {
        const field = editor.closest("[data-draftail-editor-wrapper]")
            ?.parentElement.querySelector("input[type=hidden]");
        if (!field) return null;
        const content = JSON.parse(field.value || "null");
        const blocks = content?.blocks ?? [];
        return plain(blocks.filter((block) => block.type !== "atomic").map((block) => block.text));
    }

    function isBehind(editor) {
        const words = kept(editor);
        return words !== null && words !== shown(editor);
    }

    function tooEarly() {
        const now = performance.now();
        if (pressed && now - pressed.at > PATIENCE) return false;
        if (document.readyState !== "complete" || now - typedAt < TYPED) return true;
        if (savingSince !== null && now - savingSince < PATIENCE) return true;
        return [...document.querySelectorAll("[data-draftail-editor]")].some(isBehind);
    }

    function send() {
        if (tooEarly()) {
            window.setTimeout(send, SOON);
            return;
        }
        const { form, name, value } = pressed;
        // The button itself may be gone: a saved draft brings new ones.
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        if (name) form.append(field);
        pressed.sent = true;
        form.requestSubmit();
        pressed = null;
        field.remove();
    }

    for (const kind of ["keydown", "beforeinput", "input"]) {
        document.addEventListener(kind, () => { typedAt = performance.now(); }, true);
    }
    document.addEventListener("w-autosave:save", (event) => {
        if (leaving) event.preventDefault();
        else if (!event.defaultPrevented) savingSince = performance.now();
    });
    for (const kind of ["w-autosave:success", "w-autosave:error"]) {
        document.addEventListener(kind, () => { savingSince = null; });
    }
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (!form.matches("[data-controller~='w-autosave']")) return;
        if (!pressed?.sent && (pressed || tooEarly())) {
            event.preventDefault();
            event.stopImmediatePropagation();
            if (pressed) return;
            const { name, value } = event.submitter ?? {};
            pressed = { form, name, value, at: performance.now(), sent: false };
            window.setTimeout(send, SOON);
            return;
        }
        leaving = true;
        // Where the answer never comes, drafts are saved again.
        window.setTimeout(() => { leaving = false; }, PATIENCE);
    }, true);
})();
