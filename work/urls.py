"""URL patterns of My work, and of public reports."""

from django.urls import path

from work import flags
from work.bulk_upload import views as bulk
from work.findings.views import trial_findings
from work.mail_confirmation.views import confirm_by_mail
from work.my_work import views
from work.proposals.views import correct, proposal, proposals
from work.public_reports.views import new_report, report, report_sent
from work.reminders.views import reminder_settings, request_reminders, unsubscribe_page
from work.site_requests.views import new_site
from work.status_change import views as status_change
from work.verification import verification

urlpatterns = [
    path("", views.my_work, name="work"),
    path("sites/", views.other_sites, name="work_sites"),
    path("trials/<str:key>/", trial_findings, name="work_trial"),
    path("flags/<int:pk>/", flags.flag, name="work_flag"),
    path("bulk/", bulk.upload, name="bulk"),
    path("bulk/sheet.<str:kind>", bulk.download_template, name="bulk_template"),
    path("bulk/choose/", bulk.change_selected, name="bulk_choose"),
    path("bulk/<int:pk>/", bulk.bulk_change, name="bulk_change"),
    path("bulk/<int:pk>/apply/", bulk.apply, name="bulk_apply"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="bulk_undo"),
    path("confirm/", views.confirm, name="work_confirm"),
    path("confirm/review/", views.review, name="work_confirm_review"),
    path("undo/", views.undo, name="work_undo"),
    path("remind/", request_reminders, name="work_remind"),
    path("reminders/", reminder_settings, name="work_reminders"),
    path("sites/<int:pk>/change/", status_change.change_site_status, name="work_change"),
    path("sites/<int:pk>/changed/", status_change.site_status_changed, name="work_changed"),
    path("sites/<int:pk>/propose/<slug:what>/", correct, name="work_correct"),
    path("proposals/", proposals, name="work_proposals"),
    path("trials/<str:key>/new-site/", new_site, name="work_new_site"),
    path("trials/<str:key>/overall/", status_change.overall_status, name="work_overall"),
    path("trials/<str:key>/verification/", verification, name="work_verification"),
    path("trials/<str:key>/overall/sites/", status_change.close_sites, name="work_closing"),
    path("reports/<int:pk>/", report, name="work_report"),
    path("proposals/<int:pk>/", proposal, name="work_proposal"),
]

#: Under the address of a trial.
public_urlpatterns = [
    path("<str:key>/report/", new_report, name="trial_report"),
    path("<str:key>/reported/", report_sent, name="trial_reported"),
]

#: The links in reminder mails.
mail_urlpatterns = [
    path("confirm/<str:token>/", confirm_by_mail, name="confirm_by_mail"),
    path("unsubscribe/<str:token>/", unsubscribe_page, name="unsubscribe"),
]
