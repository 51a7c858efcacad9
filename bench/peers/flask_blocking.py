"""The tutorial's design: Flask and Flask-WTF, one blocking signed write a submission.

A WSGI application: `python -m gunicorn bench.peers.flask_blocking:application`. Without its CSRF
token, so that the same requests can be sent to every contender.
"""

import json

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField, SubmitField, TextAreaField
from wtforms.validators import Email, InputRequired, Length

from bench.peers.quiz import (
    CREDENTIALS,
    FORM_PATH,
    INDEX,
    MOST_ESSAY_LENGTH,
    REGION,
    SERVICE,
    STORE_URL,
    document_of,
)

PAGE = """<h2>Take the test</h2><form method="post">{{ form.essay_question.label }}
{{ form.essay_question }}{{ form.email_addr.label }}{{ form.email_addr }}{{ form.submit }}</form>"""

application = Flask(__name__)
application.config.update(SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)


class QuizForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The question and the address."""

    essay_question = TextAreaField(
        "Who won?", validators=[InputRequired(), Length(max=MOST_ESSAY_LENGTH)]
    )
    email_addr = StringField("Email", validators=[InputRequired(), Email()])
    submit = SubmitField("Submit")


@application.route(FORM_PATH, methods=["GET", "POST"])
def take_test() -> ResponseReturnValue:
    """Show the form; or write what was sent to the store, and redirect once it has it."""
    form = QuizForm(request.form)
    if not form.validate_on_submit():
        return render_template_string(PAGE, form=form), 422 if request.method == "POST" else 200
    document = json.dumps(
        document_of(form.essay_question.data, form.email_addr.data, request.remote_addr)
    )
    url = f"{STORE_URL}/{INDEX}/_doc"
    signed = AWSRequest("POST", url, data=document, headers={"Content-Type": "application/json"})
    SigV4Auth(CREDENTIALS, SERVICE, REGION).add_auth(signed)
    answer = requests.post(url, data=document, headers=dict(signed.headers), timeout=10)
    answer.raise_for_status()
    return redirect("/thanks", 303)
