/*
 * Wagtail saves drafts by itself. A press on Save or Publish waits for the draft that is under way,
 * and none begins after it: the two would meet as strangers, and the editor would be told that the
 * address is taken or that somebody else has saved meanwhile.
 */
(function () {
    "use strict";

    const PATIENCE = 10000;
    let underWay = false;
    let leaving = false;
    let pressed = null;

    function ended() {
        underWay = false;
        if (!pressed) return;
        const { form, name, value } = pressed;
        pressed = null;
        // The button itself may be gone: a saved draft brings new ones.
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        if (name) form.append(field);
        window.setTimeout(() => {
            form.requestSubmit();
            field.remove();
        });
    }

    document.addEventListener("w-autosave:save", (event) => {
        if (leaving) event.preventDefault();
        else underWay = !event.defaultPrevented;
    });
    document.addEventListener("w-autosave:success", ended);
    document.addEventListener("w-autosave:error", ended);
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (!form.matches("[data-controller~='w-autosave']")) return;
        if (underWay) {
            event.preventDefault();
            event.stopImmediatePropagation();
            pressed = { form, name: event.submitter?.name, value: event.submitter?.value };
            return;
        }
        leaving = true;
        // Where the answer never comes, drafts are saved again.
        window.setTimeout(() => { leaving = false; }, PATIENCE);
    }, true);
})();
