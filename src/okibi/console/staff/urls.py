"""Addresses under /console/staff/."""

from django.urls import path

from okibi.console.staff import people, profile

urlpatterns = [
    path("", people.staff, name="console-staff"),
    path("new/", people.new, name="console-staff-new"),
    path("me/", profile.profile, name="console-staff-profile"),
    path("me/sessions/<int:session_id>/end", profile.end_session, name="console-staff-own-session-end"),
    path("me/sessions/end", profile.end_others, name="console-staff-own-sessions-end"),
    path("<int:staff_id>/", people.person, name="console-staff-person"),
    path("<int:staff_id>/link", people.link, name="console-staff-link"),
    path("<int:staff_id>/disable", people.disable, name="console-staff-disable"),
    path("<int:staff_id>/enable", people.enable, name="console-staff-enable"),
    path("<int:staff_id>/totp", people.reset_totp, name="console-staff-totp-reset"),
    path("<int:staff_id>/sessions/<int:session_id>/end", people.end_session, name="console-staff-session-end"),
    path("<int:staff_id>/sessions/end", people.end_sessions, name="console-staff-sessions-end"),
]
