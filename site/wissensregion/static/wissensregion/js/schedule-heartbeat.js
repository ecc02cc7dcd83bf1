/* Says anew who carries out what is scheduled, each time the dialog for it is opened. */
(function () {
    "use strict";

    document.addEventListener("w-dialog:shown", (event) => {
        const place = event.target.querySelector("[data-schedule-heartbeat]");
        if (!place) return;
        fetch(place.dataset.scheduleHeartbeat, { credentials: "same-origin" })
            .then((answer) => (answer.ok ? answer.text() : ""))
            .then((text) => { if (text) place.textContent = text; })
            .catch(() => {});
    });
})();
