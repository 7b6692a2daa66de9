from django.urls import path

from aanwezig.web.pupils.views import notes, overview, page, papers, recorded, tier

app_name = "pupils"
urlpatterns = [
    path("<slug:ref>/", page.pupil, name="pupil"),
    path("<slug:ref>/around/", page.around, name="around"),
    path("<slug:ref>/notes/new/", notes.new_note, name="new_note"),
    path("<slug:ref>/notes/<slug:note>/", notes.note, name="note"),
    path("<slug:ref>/notes/<slug:note>/withdraw/", notes.withdraw, name="withdraw_note"),
    path("<slug:ref>/contacts/new/", papers.new_contact, name="new_contact"),
    path("<slug:ref>/contacts/<slug:contact>/", papers.contact, name="contact"),
    path("<slug:ref>/contacts/<slug:contact>/remove/", papers.remove_contact, name="remove_contact"),
    path("<slug:ref>/documents/new/", papers.new_document, name="new_document"),
    path("<slug:ref>/documents/<slug:document>/", papers.document, name="document"),
    path(
        "<slug:ref>/documents/<slug:document>/withdraw/", papers.withdraw_document, name="withdraw_document"
    ),
    path("<slug:ref>/record/", recorded.recorded, name="recorded"),
    path("<slug:ref>/record/<slug:what>/", recorded.record, name="record"),
    path("<slug:ref>/record/<slug:what>/<int:number>/", recorded.correct, name="correct"),
    path("<slug:ref>/record/<slug:what>/<int:number>/withdraw/", recorded.withdraw, name="withdraw_recorded"),
    path("<slug:ref>/tier/", tier.tier, name="tier"),
    path("<slug:ref>/plan/", tier.plan, name="plan"),
    path("<slug:ref>/plan/end/", tier.end_plan, name="end_plan"),
    path("<slug:ref>/overview/", overview.overview, name="overview"),
    path("<slug:ref>/overview/pdf/", overview.overview_pdf, name="overview_pdf"),
]
