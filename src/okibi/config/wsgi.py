"""The pages and the public interface as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
application = get_wsgi_application()
