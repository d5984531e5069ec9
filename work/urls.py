"""URL patterns of My work."""

from django.urls import include, path

from work.findings import views as trial_views
from work.flags import views as flag_views
from work.my_work import views
from work.proposals.views import correct, proposal, proposals
from work.public_reports.views import report
from work.reminders.request_views import remind
from work.reminders.views import reminders
from work.site_requests.views import new_site
from work.status_change import views as change_views
from work.trial_status.site_closing_views import closing
from work.trial_status.views import overall
from work.verification.views import verification

urlpatterns = [
    path("", views.my_work, name="work"),
    path("sites/", views.other_sites, name="work_sites"),
    path("trials/<str:key>/", trial_views.trial, name="work_trial"),
    path("flags/<int:pk>/", flag_views.flag, name="work_flag"),
    path("bulk/", include("work.bulk_upload.urls")),
    path("confirm/", views.confirm, name="work_confirm"),
    path("confirm/review/", views.review, name="work_confirm_review"),
    path("undo/", views.undo, name="work_undo"),
    path("remind/", remind, name="work_remind"),
    path("reminders/", reminders, name="work_reminders"),
    path("sites/<int:pk>/change/", change_views.change, name="work_change"),
    path("sites/<int:pk>/changed/", change_views.changed, name="work_changed"),
    path("sites/<int:pk>/propose/<slug:what>/", correct, name="work_correct"),
    path("proposals/", proposals, name="work_proposals"),
    path("trials/<str:key>/new-site/", new_site, name="work_new_site"),
    path("trials/<str:key>/overall/", overall, name="work_overall"),
    path("trials/<str:key>/verification/", verification, name="work_verification"),
    path("trials/<str:key>/overall/sites/", closing, name="work_closing"),
    path("reports/<int:pk>/", report, name="work_report"),
    path("proposals/<int:pk>/", proposal, name="work_proposal"),
]
