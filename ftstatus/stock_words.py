"""Words of Django's own pages that stand in our catalogue too, because its Chinese reads oddly beside ours."""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Add %s"),
    gettext_noop("Add %(name)s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
)
