"""Every address of kith."""

from django.urls import include, path

from kith.web import health
from kith.web.views import connecting, dashboard, history, home, imports, lists, settings

urlpatterns = [
    path("", home.home, name="home"),
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("dashboard/sync", dashboard.sync, name="sync"),
    path("dashboard/sync-status", dashboard.sync_status, name="sync-status"),
    path("dashboard/sync-cancel", dashboard.sync_cancel, name="sync-cancel"),
    path("lists/<slug:slug>", lists.people_list, name="list"),
    path("lists/<slug:slug>.csv", lists.list_csv, name="list-csv"),
    path("people/<int:person_id>", lists.person, name="person"),
    path("changes", history.changes, name="changes"),
    path("activity", history.activity, name="activity"),
    path("imports", imports.imports, name="imports"),
    path("jobs/<int:job_id>", imports.job, name="job"),
    path("jobs/<int:job_id>/status", imports.job_status, name="job-status"),
    path("jobs/<int:job_id>/cancel", imports.job_cancel, name="job-cancel"),
    path("jobs/<int:job_id>/accept", imports.job_accept, name="job-accept"),
    path("jobs/<int:job_id>/discard", imports.job_discard, name="job-discard"),
    path("settings", settings.settings, name="settings"),
    path("settings/token", settings.settings_token, name="settings-token"),
    path("settings/time-zone", settings.settings_time_zone, name="settings-time-zone"),
    path(
        "connections/<int:connection_id>/choose",
        settings.connection_choose,
        name="connection-choose",
    ),
    path(
        "connections/<int:connection_id>/automatic",
        settings.connection_automatic,
        name="connection-automatic",
    ),
    path(
        "connections/<int:connection_id>/disconnect",
        settings.connection_disconnect,
        name="connection-disconnect",
    ),
    path(
        "connections/<int:connection_id>/forget",
        settings.connection_forget,
        name="connection-forget",
    ),
    path("auth/connect-instagram", connecting.connect_instagram, name="connect-instagram"),
    path("auth/instagram/callback", connecting.instagram_callback, name="instagram-callback"),
    path("accounts/", include("allauth.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
