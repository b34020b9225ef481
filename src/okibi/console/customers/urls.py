"""Addresses under /console/customers/."""

from django.urls import path

from okibi.console.customers import cards, duplicates, imports, lists, organisations, rights

urlpatterns = [
    path("", lists.people, name="console-customers"),
    path("people.csv", lists.people_file, name="console-customers-people-file"),
    path("organisations.csv", lists.organisations_file, name="console-customers-organisations-file"),
    path("suggest/organisations", lists.suggest_organisations, name="console-customers-suggest-organisations"),
    path("organisations", lists.organisations, name="console-customers-organisations"),
    path("organisations/new", organisations.new, name="console-customers-organisation-new"),
    path("organisations/<int:organisation_id>", organisations.organisation, name="console-customers-organisation"),
    path("organisations/<int:organisation_id>/edit", organisations.edit, name="console-customers-organisation-edit"),
    path("people/new", cards.new, name="console-customers-person-new"),
    path("people/<int:person_id>", cards.person, name="console-customers-person"),
    path("people/<int:person_id>/edit", cards.edit, name="console-customers-person-edit"),
    path("people/<int:person_id>/addresses", cards.add_address, name="console-customers-address-add"),
    path("people/<int:person_id>/addresses/<int:email_id>", cards.act_on_address, name="console-customers-address"),
    path("people/<int:person_id>/numbers", cards.add_number, name="console-customers-number-add"),
    path("people/<int:person_id>/numbers/<int:phone_id>", cards.act_on_number, name="console-customers-number"),
    path("people/<int:person_id>/merge", duplicates.choose, name="console-customers-merge-choose"),
    path("people/<int:keep_id>/merge/<int:gone_id>", duplicates.merge, name="console-customers-merge"),
    path("duplicates", duplicates.duplicates, name="console-customers-duplicates"),
    path("duplicates/<int:one_id>/<int:other_id>", duplicates.tell_apart, name="console-customers-tell-apart"),
    path("licences", rights.licences, name="console-customers-licences"),
    path("licences.csv", rights.licences_file, name="console-customers-licences-file"),
    path("licences/new", rights.new_licence, name="console-customers-licence-new"),
    path("licences/<int:licence_id>", rights.licence, name="console-customers-licence"),
    path("licences/<int:licence_id>/edit", rights.edit_licence, name="console-customers-licence-edit"),
    path("licences/<int:licence_id>/extend", rights.extend_licence, name="console-customers-licence-extend"),
    path("licences/<int:licence_id>/revoke", rights.revoke_licence, name="console-customers-licence-revoke"),
    path("trials", rights.trials, name="console-customers-trials"),
    path("trials.csv", rights.trials_file, name="console-customers-trials-file"),
    path("trials/new", rights.new_trial, name="console-customers-trial-new"),
    path("trials/<int:trial_id>", rights.trial, name="console-customers-trial"),
    path("trials/<int:trial_id>/extend", rights.extend_trial, name="console-customers-trial-extend"),
    path("trials/<int:trial_id>/revoke", rights.revoke_trial, name="console-customers-trial-revoke"),
    path("import", imports.upload, name="console-customers-import"),
    path("import/run", imports.run, name="console-customers-import-run"),
    path("import/bad-lines.csv", imports.bad_lines, name="console-customers-import-bad-lines"),
    path("import/<str:kind>.<str:form>", imports.template, name="console-customers-import-template"),
]
