"""Forms of the administration pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.decide import today
from aanwezig.web.accounts.forms import PASSWORD_RULES
from aanwezig.web.accounts.models import User
from aanwezig.web.design.forms import DateField
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.actions import OrganisationValues
from aanwezig.web.organisations.domain import (
    NEEDS_CODE,
    NEEDS_GROUPS,
    NEEDS_PUPILS,
    ROLES_AT,
    TIES,
    role_fits,
    split_names,
)
from aanwezig.web.organisations.invitations import InvitationValues
from aanwezig.web.organisations.models import Kind, Membership, Organisation, Role
from aanwezig.web.organisations.queries import groups_of, pupils_by_number

ALL = ("", _("all"))


class OrganisationFilter(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    closed = forms.BooleanField(label=_("also closed ones"), required=False)


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ALL, *Role.choices])
    ended = forms.BooleanField(label=_("also who no longer has a role"), required=False)


class KindForm(forms.Form):
    """The first question about a new organisation: it decides what else is asked."""

    kind = forms.ChoiceField(
        label=_("What kind of organisation is it?"), choices=Kind.choices, widget=forms.RadioSelect
    )


class OrganisationForm(forms.Form):
    """Name, code and ties of an organisation; the ties that its kind has."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=40, required=False)
    board: Any = forms.ModelChoiceField(None, label=_("School board"), required=False)
    partnership: Any = forms.ModelChoiceField(None, label=_("Partnership"), required=False)
    municipality: Any = forms.ModelChoiceField(None, label=_("Municipality"), required=False)
    serves: Any = forms.ModelMultipleChoiceField(
        None, label=_("Works for these schools"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        ties: dict[str, QuerySet[Organisation]],
        organisation: Organisation | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.organisation = kind, organisation
        self.fields["code"].required = kind in NEEDS_CODE
        self.fields["code"].help_text = {
            Kind.SCHOOL: _("BRIN and location, six signs as in 25PL00. It cannot be changed later."),
            Kind.MUNICIPALITY: _("The CBS code, four digits as in 0014."),
            Kind.PARTNERSHIP: _("The code of the partnership, as in VO2001."),
            Kind.ARRANGEMENT: _("The name by which the register knows the arrangement."),
        }.get(Kind(kind), "")
        for name, found in ties.items():
            if name in TIES[kind]:
                field: Any = self.fields[name]
                field.queryset = found.exclude(pk=organisation.pk) if organisation else found
                if name != "serves":
                    field.empty_label = gettext("none")
            else:
                del self.fields[name]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if self.kind == Kind.SCHOOL:
            code = code.upper()
            if len(code) != 6 or not code.isalnum():
                raise ValidationError(_("Six letters and digits: BRIN and location, as in 25PL00."))
        if self.kind == Kind.MUNICIPALITY and not (len(code) == 4 and code.isdigit()):
            raise ValidationError(_("Four digits, as in 0014."))
        same = Organisation.objects.filter(kind=self.kind, code=code)
        if self.organisation is not None:
            same = same.exclude(pk=self.organisation.pk)
        if code and same.exists():
            raise ValidationError(_("There is an organisation of this kind with this code already."))
        return code

    def values(self) -> OrganisationValues:
        data = self.cleaned_data
        return OrganisationValues(
            kind=self.kind,
            name=data["name"],
            code=data["code"],
            board=data.get("board"),
            partnership=data.get("partnership"),
            municipality=data.get("municipality"),
            serves=tuple(data.get("serves") or ()),
        )


class CloseForm(forms.Form):
    on = DateField(label=_("Closed from"), initial=today)


class RoleFields(forms.Form):
    """What a role at a known organisation needs: groups, pupils, last day."""

    groups = forms.CharField(
        label=_("Groups"),
        required=False,
        max_length=400,
        help_text=_("Only for a mentor: the groups as in the register, with commas between, as in 1A, 1B."),
    )
    pupils = forms.CharField(
        label=_("Numbers of pupils"),
        required=False,
        max_length=400,
        help_text=_("Only for a parent or a young person: the number by which the school knows the pupil."),
    )
    last_day = DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty when it is not known.")
    )

    found: tuple[Pupil, ...] = ()

    def check_needs(self, role: str, organisation: Organisation) -> None:
        """Add an error to the field that the role needs and that is empty or unknown at this school."""
        data = self.cleaned_data
        if role in NEEDS_GROUPS:
            groups, known = split_names(data.get("groups", "")), groups_of(organisation)
            wrong = [group for group in groups if known and group not in known]
            if not groups:
                self.add_error("groups", gettext("A mentor sees only the own groups. Say which."))
            elif wrong:
                self.add_error(
                    "groups",
                    gettext("Not known at this school: %(wrong)s. Known are: %(known)s.")
                    % {"wrong": ", ".join(wrong), "known": ", ".join(known)},
                )
            data["groups"] = groups
        else:
            data["groups"] = ()
        if role in NEEDS_PUPILS:
            found = pupils_by_number(organisation, split_names(data.get("pupils", "")))
            if found.unknown:
                self.add_error(
                    "pupils",
                    gettext("Not known at this school: %(wrong)s.") % {"wrong": ", ".join(found.unknown)},
                )
            elif not found.pupils:
                self.add_error(
                    "pupils", gettext("This role sees only the pupils that you name. Give their numbers.")
                )
            self.found = found.pupils


class InvitationForm(RoleFields):
    """Who is asked for which role."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation: Any = forms.ModelChoiceField(None, label=_("Organisation"), empty_label=None)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    first_day = DateField(label=_("First day"), initial=today)
    field_order = ("email", "name", "organisation", "role", "groups", "pupils", "first_day", "last_day")

    def __init__(self, *args: Any, places: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = places
        organisation.label_from_instance = lambda one: f"{one.name} ({one.get_kind_display()})"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        place, role = data.get("organisation"), data.get("role")
        if place is None or role is None:
            return data
        if not role_fits(role, place.kind):
            fitting = ", ".join(str(Role(one).label) for one in ROLES_AT[place.kind])
            self.add_error(
                "role",
                gettext("At a %(kind)s these roles exist: %(roles)s.")
                % {"kind": place.get_kind_display(), "roles": fitting},
            )
            return data
        self.check_needs(role, place)
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", gettext("The last day lies before the first."))
        return data

    def values(self) -> InvitationValues:
        data = self.cleaned_data
        return InvitationValues(
            email=data["email"],
            name=data["name"],
            organisation=data["organisation"],
            role=data["role"],
            first_day=data["first_day"],
            last_day=data["last_day"],
            groups=data["groups"],
            pupils=self.found,
        )


class MembershipForm(RoleFields):
    """Other groups, other pupils, a last day."""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        numbers = membership.pupils.values_list("person__number", flat=True)
        kwargs["initial"] = {
            "groups": ", ".join(membership.groups),
            "pupils": ", ".join(number for number in numbers if number),
            "last_day": membership.last_day,
        }
        super().__init__(*args, **kwargs)
        self.membership = membership
        if membership.role not in NEEDS_GROUPS:
            del self.fields["groups"]
        if membership.role not in NEEDS_PUPILS:
            del self.fields["pupils"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.check_needs(self.membership.role, self.membership.organisation)
        return data


class AcceptForm(forms.Form):
    """What a new person chooses: name, language, password."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=(("nl", "Nederlands"), ("en", "English")))
    password1 = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_RULES,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("The two passwords are not the same."))
        elif first:
            try:
                validate_password(first, User(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return data
