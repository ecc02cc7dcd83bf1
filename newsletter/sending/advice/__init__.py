"""What happens with a dispatch right now, in plain words, and what to do about it."""

from newsletter.sending.advice.notes import notes
from newsletter.sending.advice.reasons import plain, why
from newsletter.sending.advice.scenes import Note, Scene

__all__ = ["Note", "Scene", "notes", "plain", "why"]
