"""The forms of the admin page: fields, labels and what they accept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

HOW_STOPPED = ("On the phone", "By voicemail", "In person", "By letter or email")


class LoginForm(FlaskForm):
    """Signing in."""

    email = EmailField("Email", [InputRequired("Please type your email address."), Length(max=254)])
    password = PasswordField(
        "Password", [InputRequired("Please type your password."), Length(max=200)]
    )


class SearchForm(FlaskForm):
    """One exact number or address. Sent by POST, so that no log ever holds it."""

    address = StringField("Number or email", [InputRequired(), Length(max=254)])


class BookedForm(FlaskForm):
    """Marking the evaluation booked."""

    visit = DateField("Day of the visit, if you know it", [Optional()])


class StopForm(FlaskForm):
    """Recording a stop that was said to a person."""

    how = SelectField("How did they say it?", choices=HOW_STOPPED)


class AddressForm(FlaskForm):
    """Writing down an email address that a parent told."""

    email = EmailField(
        "Their email address",
        [InputRequired("Please type the email address."), Length(max=254)],
    )


class ToldStopForm(StopForm):
    """The same for any number or email address."""

    address = StringField(
        "Their number or email address",
        [InputRequired("Please type the number or email address."), Length(max=254)],
    )


class BackForm(FlaskForm):
    """Bringing a stopped parent back."""

    note = TextAreaField(
        "How did the parent agree?",
        [
            InputRequired("Please write down how the parent agreed."),
            Length(max=500),
            Regexp(r"^[^\x00]*$", message="Please use ordinary letters."),
        ],
    )


class DoneForm(FlaskForm):
    """A single button."""


class ListForm(FlaskForm):
    """A list of families to invite."""

    name = StringField(
        "A name for this list",
        [
            InputRequired("Please give the list a name."),
            Length(max=120),
            Regexp(r"^[^\x00]*$", message="Please use ordinary letters."),
        ],
    )
    file = FileField("The list, as a CSV file", [FileRequired("Please choose a file.")])
    agreed = BooleanField(
        "Every family on this list agreed to get texts from us",
        [InputRequired("Without their agreement nobody may be texted.")],
    )
