import pytest

from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.usefixtures("on_demo")
def test_a_customer_of_the_list_is_opened(language: str):
    with speaking(language):
        app = opened("customer", language, period="last_quarter")
        assert broken(app) == []
        customer = app.dataframe[0].value.iloc[0, 0]  # the first of those worth a look
        app.main.text_input[-1].input(customer)
        shown = next(each for each in app.button if each.label == _("Find")).click().run()
        assert broken(shown) == []
        assert customer in said(shown)
        assert {"zh": "次质检。", "en": " QA reviews from "}[language] in said(shown)


@pytest.mark.usefixtures("on_demo")
def test_a_number_that_nobody_has_is_explained():
    with speaking("en"):
        app = opened("customer", "en")
        app.main.text_input[-1].input("nobody")
        found = next(each for each in app.button if each.label == "Find").click().run()
        assert broken(found) == []
        assert "There is no customer, contact, complaint or review 'nobody'" in said(found)
