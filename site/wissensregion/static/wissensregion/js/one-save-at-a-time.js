/*
 * A press on Save or Publish waits until the page is loaded, until what was typed last has reached
 * the form (the editor of rich text takes a quarter of a second for that) and until the draft that
 * Wagtail saves by itself has been saved. No other draft begins after it: the two would meet as
 * strangers, and the editor would be told that the address is taken or that somebody else has
 * saved meanwhile.
 */
(function () {
    "use strict";

    const TYPED = 400;
    const SOON = 100;
    const PATIENCE = 10000;
    let typedAt = -TYPED;
    let underWay = false;
    let leaving = false;
    let pressed = null;

    function tooEarly() {
        const loading = document.readyState !== "complete";
        return loading || underWay || performance.now() - typedAt < TYPED;
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
        pressed = null;
        form.requestSubmit();
        field.remove();
    }

    for (const kind of ["keydown", "beforeinput", "input"]) {
        document.addEventListener(kind, () => { typedAt = performance.now(); }, true);
    }
    document.addEventListener("w-autosave:save", (event) => {
        if (leaving) event.preventDefault();
        else underWay = !event.defaultPrevented;
    });
    for (const kind of ["w-autosave:success", "w-autosave:error"]) {
        document.addEventListener(kind, () => { underWay = false; });
    }
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (!form.matches("[data-controller~='w-autosave']")) return;
        if (tooEarly() || pressed) {
            event.preventDefault();
            event.stopImmediatePropagation();
            if (pressed) return;
            pressed = { form, name: event.submitter?.name, value: event.submitter?.value };
            window.setTimeout(send, SOON);
            return;
        }
        leaving = true;
        // Where the answer never comes, drafts are saved again.
        window.setTimeout(() => { leaving = false; }, PATIENCE);
    }, true);
})();
