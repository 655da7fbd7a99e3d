"""Tests read English, whatever language the machine speaks; those of the Chinese say so themselves."""

import os

from skywatch import i18n

os.environ["SKYWATCH_LANG"] = "en"  # for the programs that tests start
i18n.use("en")
