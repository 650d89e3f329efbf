"""The product's settings with what a test run may not have: a secret to keep, HTTPS, slow password hashing."""

import os

os.environ.setdefault("SECRET_KEY", "for-tests-only")
os.environ.setdefault("HTTPS", "0")

from ftstatus.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
