"""Serializers for the schema only. Responses are built without them; tests assert that they match."""

from rest_framework import serializers

from contacts import models as contacts
from contacts.choices import ContactPublication
from publishing import documents
from sites import models as sites
from sites.choices import ConfirmedAs, StatusPublication
from trials import models as trials
from trials.contact_ranks import ContactRank


class ReadOnlyModelSerializer(serializers.ModelSerializer):
    """All fields are read only, so every key is always present."""

    def get_extra_kwargs(self):
        return {name: {"read_only": True} for name in self.Meta.fields}

    def include_extra_kwargs(self, kwargs, extra_kwargs):
        """Keep allow_blank of choices for read-only fields."""
        blank = {"allow_blank": True} if kwargs.get("allow_blank") and "choices" in kwargs else {}
        return super().include_extra_kwargs(kwargs, extra_kwargs) | blank


class Mesh(serializers.Serializer):
    """A term of the Medical Subject Headings."""

    id = serializers.CharField(required=False)
    term = serializers.CharField(required=False)


class Retraction(serializers.Serializer):
    """A retraction of a publication."""

    pmid = serializers.CharField(required=False)
    source = serializers.CharField(required=False)


class SecondaryId(ReadOnlyModelSerializer):
    class Meta:
        model = trials.SecondaryId
        fields = documents.LIST_FIELDS["secondary_ids"]


class Collaborator(ReadOnlyModelSerializer):
    class Meta:
        model = trials.Collaborator
        fields = documents.LIST_FIELDS["collaborators"]


class ArmGroup(ReadOnlyModelSerializer):
    class Meta:
        model = trials.ArmGroup
        fields = documents.LIST_FIELDS["arm_groups"]


class Intervention(ReadOnlyModelSerializer):
    class Meta:
        model = trials.Intervention
        fields = documents.LIST_FIELDS["interventions"]


class Outcome(ReadOnlyModelSerializer):
    class Meta:
        model = trials.Outcome
        fields = documents.LIST_FIELDS["outcomes"]


class Reference(ReadOnlyModelSerializer):
    retractions = Retraction(many=True, read_only=True)

    class Meta:
        model = trials.Reference
        fields = documents.LIST_FIELDS["references"]


class SeeAlsoLink(ReadOnlyModelSerializer):
    class Meta:
        model = trials.SeeAlsoLink
        fields = documents.LIST_FIELDS["see_also_links"]


class AvailableIpd(ReadOnlyModelSerializer):
    class Meta:
        model = trials.AvailableIpd
        fields = documents.LIST_FIELDS["available_ipds"]


class Contact(ReadOnlyModelSerializer):
    """A contact person. Published only while the trial or site is open."""

    role = serializers.CharField(read_only=True)
    rank = serializers.ChoiceField(choices=ContactRank, allow_blank=True, read_only=True)

    class Meta:
        model = contacts.Person
        fields = ("role", "rank", *documents.CONTACT)


class Official(ReadOnlyModelSerializer):
    """An official of the trial."""

    name = serializers.CharField(read_only=True, source="person.name")

    class Meta:
        model = contacts.Role
        fields = ("role", "name", "affiliation")


class Facility(ReadOnlyModelSerializer):
    """A hospital or clinic. A blank name is not published."""

    slug = serializers.CharField(read_only=True)

    class Meta:
        model = sites.Facility
        fields = (*documents.FACILITY, "slug")


class CountedFacility(Facility):
    """A facility with its number of sites."""

    sites_total = serializers.IntegerField(read_only=True)
    sites_recruiting = serializers.IntegerField(read_only=True)

    class Meta(Facility.Meta):
        fields = (*Facility.Meta.fields, "sites_total", "sites_recruiting")


class Site(ReadOnlyModelSerializer):
    """One facility's part in one trial. A blank status is not published.

    AHEAD_OF_TRIAL: the site reports a status that the overall status does not allow yet.
    HELD_BACK: the status contradicts the overall status and is not published until it is updated.
    """

    confirmed_as = serializers.ChoiceField(choices=ConfirmedAs, allow_blank=True, read_only=True)
    status_publication = serializers.ChoiceField(choices=StatusPublication, read_only=True)
    facility = Facility(read_only=True)
    contacts = Contact(many=True, read_only=True)

    class Meta:
        model = sites.TrialSite
        fields = (
            *documents.SITE, *documents.SITE_STATUS, "confirmed_as", "status_publication", "facility", "contacts",
        )  # fmt: skip


class SiteOfTrial(Site):
    """A site with the key of its trial."""

    trial = serializers.CharField(read_only=True)

    class Meta(Site.Meta):
        fields = ("trial", *Site.Meta.fields)


class Trial(ReadOnlyModelSerializer):
    """A trial with its sites. Blank text, null and an empty list: not published. Dates have their known precision."""

    key = serializers.CharField(read_only=True)
    condition_mesh = Mesh(many=True, read_only=True)
    condition_ancestors = Mesh(many=True, read_only=True)
    intervention_mesh = Mesh(many=True, read_only=True)
    intervention_ancestors = Mesh(many=True, read_only=True)
    secondary_ids = SecondaryId(many=True, read_only=True)
    collaborators = Collaborator(many=True, read_only=True)
    arm_groups = ArmGroup(many=True, read_only=True)
    interventions = Intervention(many=True, read_only=True)
    outcomes = Outcome(many=True, read_only=True)
    references = Reference(many=True, read_only=True)
    see_also_links = SeeAlsoLink(many=True, read_only=True)
    available_ipds = AvailableIpd(many=True, read_only=True)
    central_contacts = Contact(many=True, read_only=True)
    officials = Official(many=True, read_only=True)
    contact_publication = serializers.ChoiceField(choices=ContactPublication, read_only=True)
    sites_total = serializers.IntegerField(read_only=True)
    sites_recruiting = serializers.IntegerField(read_only=True)
    sites_open = serializers.IntegerField(read_only=True)
    sites_ahead_of_trial = serializers.IntegerField(read_only=True)
    sites_held_back = serializers.IntegerField(read_only=True)
    sites_in_words = serializers.CharField(read_only=True)
    verification_due_on = serializers.DateField(read_only=True, allow_null=True)
    becomes_unknown_on = serializers.DateField(read_only=True, allow_null=True)
    last_confirmed_on = serializers.DateField(read_only=True, allow_null=True)
    open_sites_oldest_confirmed_on = serializers.DateField(read_only=True, allow_null=True)
    open_sites_never_confirmed = serializers.IntegerField(read_only=True)
    sites = Site(many=True, read_only=True)

    class Meta:
        model = trials.Trial
        fields = (
            "key",
            *documents.TRIAL,
            *documents.LIST_FIELDS,
            "contact_publication",
            "central_contacts",
            "officials",
            "verification_due_on",
            "becomes_unknown_on",
            "sites_total",
            "sites_recruiting",
            "sites_open",
            "sites_ahead_of_trial",
            "sites_held_back",
            "sites_in_words",
            "last_confirmed_on",
            "open_sites_oldest_confirmed_on",
            "open_sites_never_confirmed",
            "sites",
        )


class Page(serializers.Serializer):
    """A page of a list; `next` is the URL of the next page, null on the last."""

    next = serializers.URLField(read_only=True, allow_null=True)


class TrialPage(Page):
    results = Trial(many=True, read_only=True)


class SitePage(Page):
    results = SiteOfTrial(many=True, read_only=True)


class FacilityPage(Page):
    results = CountedFacility(many=True, read_only=True)


class Error(serializers.Serializer):
    """An error message."""

    detail = serializers.CharField(read_only=True)
