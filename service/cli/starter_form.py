"""What `formwell forms new` writes: a small one that works, with what else there is."""

_TEXT = """\
# The form {form_id}: its page is /f/{form_id}
# Lines with a # are not read. docs/forms.md explains every key.

title: {title}
# language: en               # of all texts here; or several: languages: [en, es]
# intro: Shown above the questions. **Markdown** may be used.
# thanks: Shown on the receipt.
# submit_label: Send

# Where the answers go in the store. To change it later means to move what is there.
index: forms-{form_id}
# tags: [first-try]          # stored with every answer
# client_address: none       # none, masked or full

# opens: 2030-01-01T09:00:00+00:00
# closes: 2030-02-01T18:00:00+00:00
# limit: 500                 # answers altogether
# cache_seconds: 0           # how long anybody may keep the page

fields:
  - name: comment            # the answer's name in the store: a-z, 0-9 and _
    type: textarea
    label: What would you like to tell us?
    required: true
    max_length: 2000

  - name: email
    type: email
    label: Your email address
    help: Only if you would like an answer.

#  - name: rating
#    type: rating
#    label: How did we do?
#    minimum: 1
#    maximum: 5

#  - name: topic
#    type: radio             # also: select, checkboxes
#    label: What is it about?
#    choices:
#      - An order
#      - {{value: other, label: Something else}}

# More types: text, tel, url, integer, decimal, date, time, checkbox.
"""


def starter_form(form_id: str) -> str:
    """The text of a form file with this id, commented, that may be served as it is."""
    return _TEXT.format(form_id=form_id, title=form_id.replace("-", " ").capitalize())
