"""As what a mail shows pictures."""

# Twice the width it is shown in, for fine screens; JPEG, because Outlook knows no WebP.
COLUMN = 536
# Short filters: Wagtail cuts the name of a file so that name and filter fit 60 characters, and a
# name cut to nothing begins with a dot, which many web servers refuse.
WHOLE = f"width-{2 * COLUMN}|format-jpeg|bgcolor-ffffff"
CROPPED = f"fill-{2 * COLUMN}x{2 * 302}|format-jpeg|bgcolor-ffffff"
