"""The dispatch desk of the CMS: check, test, release, watch, act, list, set the pace."""

from newsletter.sending.views.desk import act, dispatch
from newsletter.sending.views.lists import deliveries, export
from newsletter.sending.views.overview import dispatches, pace
from newsletter.sending.views.probes import probe, upload_probe
from newsletter.sending.views.release import release, test_mail

__all__ = [
    "act",
    "deliveries",
    "dispatch",
    "dispatches",
    "export",
    "pace",
    "probe",
    "release",
    "test_mail",
    "upload_probe",
]
