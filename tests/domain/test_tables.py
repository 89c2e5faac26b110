"""What people paste and open: a table of forms, and what each gives.

A form is refused in a sentence, or every id in it is an object, spelled as it is seen; whatever
could be meant otherwise is remarked on.
"""

import contextlib
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statmon.domain.cells import ExchangeError, as_seen
from statmon.domain.tables import TableForm, read_table

# By a name: what is pasted, the ids, labels and groups where they matter, and what is remarked.
FORMS = {
    "one": ("1001", "1001", None, None, None),
    "one a line": ("1001\n1002\n1003", "1001 1002 1003", None, None, None),
    "lines of Windows": ("1001\r\n1002\r\n", "1001 1002", None, None, None),
    "lines of an old Mac": ("1001\r1002\r", "1001 1002", None, None, None),
    "empty lines and blanks": ("\n 1001 \n\n\t1002\n  ", "1001 1002", None, None, None),
    "commas on one line": ("1001, 1002, 1003\n", "1001 1002 1003", None, None, "Every cell"),
    "semicolons on one line": ("1001;1002;1003", "1001 1002 1003", None, None, "Every cell"),
    "bars on one line": ("1001 | 1002", "1001 1002", None, None, "Every cell"),
    "tabs on one line": ("a1\ta2\ta3", "a1 a2 a3", None, None, "Every cell"),
    "blanks on one line": ("1001 1002 1003", "1001 1002 1003", None, None, "Every cell"),
    "addresses on one line": ("a@x.de; b@x.de", "a@x.de b@x.de", None, None, "Every cell"),
    "a comma at the end": ("1001, 1002,\n1003,", "1001 1002 1003", None, None, "Every cell"),
    "lists in lines": ("1001, 1002\n1003", "1001 1002 1003", None, None, "Every cell"),
    "separators by turns": ("a1, a2; a3\na4", "a1 a2 a3 a4", None, None, "Every cell"),
    "a block of ids": ("1001\t1002\n1003\t1004", "1001 1002 1003 1004", None, None, "Every cell"),
    "a type before a list": ("Queue; 7001; 7002", "7001 7002", None, None, "Every cell"),
    "one row, not a list": ("1001, Anna, Sales\n", "1001", "Anna", "Sales", "id, name and group"),
    "id and name": ("1001;Anna\n1002;Bea", "1001 1002", "Anna|Bea", None, None),
    "names without numbers": ("anna, Bea", "anna", "Bea", None, None),
    "an id with a blank": ("Desk 2\nDesk 3", "Desk 2|Desk 3", None, None, None),
    "a row that is longer": ("1001;Anna;Sales;x\n1002;Bea", "1001 1002", "Anna|Bea", "Sales|",
                             "right in 1 row"),
    "type and id": ("Queue\t7001@SIP\nqueue\t7002@SIP", "7001@SIP 7002@SIP", None, None, None),
    "twice": ("1001\n1002\n1001", "1001 1002", None, None, "1 row repeats"),
    "a time is no id": ("1001, 08:15", "1001", "08:15", None, None),
    "a share is no id": ("1001; 80 %", "1001", "80 %", None, None),
    # marks that nobody sees
    "zero-width space": ("Agent\n1001\u200b\n1002\n", "1001 1002", None, None, "removed from 1 id"),
    "marks of direction": ("\u200e1001\u200f\n\u202a1002\u202c", "1001 1002", None, None, "2 ids"),
    "isolates": ("\u20661001\u2069", "1001", None, None, "removed"),
    "a soft hyphen": ("10\u00ad01", "1001", None, None, "removed"),
    "a word joiner": ("10\u206001", "1001", None, None, "removed"),
    "a mark of order within": ("\ufeff1001\n\ufeff1002", "1001 1002", None, None, "1 id"),
    "blanks that do not break": ("\u00a01001\u00a0\nDesk\u00a02", "1001|Desk 2", None, None, None),
    "two normal forms": ("Agent\nMu\u0308ller\nM\u00fcller\n", "Müller", None, None, "repeats"),
    "two alphabets": ("\u0430gent1\nagent2", "\u0430gent1 agent2", None, None, "two alphabets"),
    "a name in Persian": ("1001;می\u200cخواهم", "1001", "می\u200cخواهم", None, None),
    # separators and quotes
    "a line for the spreadsheet": ("sep=;\nAgent;Name\n1001;Anna\n", "1001", "Anna", None, "Row 1"),
    "the same, of a tab": ("sep=\t\r\n1001\tAnna", "1001", "Anna", None, None),
    "a quoted line for it": ('"sep=,"\n1001,Anna', "1001", "Anna", None, None),
    "a separator in quotes": ('1001;"Beck; Anna"', "1001", "Beck; Anna", None, None),
    "more commas than semicolons": ("1001;Beck, Anna, Dr.\n1002;Cem", "1001 1002",
                                    "Beck, Anna, Dr.|Cem", None, None),
    "a doubled quote": ('1001;"Anna ""Nan"" B"', "1001", 'Anna "Nan" B', None, None),
    "a name in two lines": ('1001;"Anna\nBeck"\n1002;Bea', "1001 1002", "Anna Beck|Bea", None,
                            "1 name goes over"),
    "ids as formulas": ('="0012"\n="0013"', "0012 0013", None, None, None),
    "a guard": ("'=1001", "=1001", None, None, None),
    # headings, in six languages and Dutch
    "the API's": ("objectType;objectId\nQueue;7001", "7001", None, None, None),
    "agent": ("Agent\n1001", "1001", None, None, "Row 1"),
    "agent id and name": ("Agent ID;Agent Name\n1001;Anna\n", "1001", "Anna", None, "Row 1"),
    "agent is the name": ("Agent;Agent ID\nAnna;1001", "1001", "Anna", None, "Row 1"),
    "id and name, as words": ("ID,Name\n1001,Anna", "1001", "Anna", None, "Row 1"),
    "login": ("Login ID\tFirst name\tLast name\tTeam\n1001\tAnna\tBeck\tSales", "1001",
              "Anna Beck", "Sales", "Row 1"),
    "extension": ("Extension;Queue name\n7001;Billing", "7001", "Billing", None, "Row 1"),
    "a column too many": ("Agent ID;Phone\n1001;0171 1", "1001", None, None, "“Phone”"),
    "a name alone": ("Name\nanna\nbea", "anna bea", None, None, "Row 1"),
    "German": ("Mitarbeiter-Nr.;Name;Abteilung\n1001;Anna;Vertrieb", "1001", "Anna", "Vertrieb",
               "Row 1"),
    "German names": ("Nachname;Vorname;Kürzel\nBeck;Anna;abe", "abe", "Beck Anna", None, "Row 1"),
    "German queue": ("Warteschlange;Bezeichnung\n7001;Rechnung", "7001", "Rechnung", None, "Row 1"),
    "German number": ("Personalnummer\n0012", "0012", None, None, "Row 1"),
    "French": ("N° d'agent;Prénom;Nom;Équipe\n1001;Anne;Bec;Vente", "1001", "Anne Bec", "Vente",
               "Row 1"),
    "French login": ("Identifiant;Nom complet\nabe;Anne Bec", "abe", "Anne Bec", None, "Row 1"),
    "French queue": ("File d'attente;Libellé\n7001;Factures", "7001", "Factures", None, "Row 1"),
    "Spanish": ("ID de agente;Nombre;Apellidos;Equipo\n1001;Ana;Beck;Ventas", "1001", "Ana Beck",
                "Ventas", "Row 1"),
    "Spanish user": ("Usuario;Nombre\nana;Ana", "ana", "Ana", None, "Row 1"),
    "Spanish queue": ("Cola;Etiqueta\n7001;Facturas", "7001", "Facturas", None, "Row 1"),
    "Italian": ("Matricola;Nome;Cognome;Reparto\n1001;Anna;Becchi;Vendite", "1001", "Anna Becchi",
                "Vendite", "Row 1"),
    "Italian queue": ("Coda;Nome\n7001;Fatture", "7001", "Fatture", None, "Row 1"),
    "Portuguese": ("ID do agente;Nome;Sobrenome;Equipe\n1001;Ana;Silva;Vendas", "1001",
                   "Ana Silva", "Vendas", "Row 1"),
    "Portuguese queue": ("Fila;Nome\n7001;Faturas", "7001", "Faturas", None, "Row 1"),
    "Dutch": ("Medewerkernummer;Voornaam;Achternaam\n1001;An;Bos", "1001", "An Bos", None, "Row 1"),
    "nothing fits": ("Wer;Was\n1001;Anna\n1002;Bea", "1001 1002", "Anna|Bea", None, "Row 1"),
    "a title above": ("Unsere Leute\n1001\n1002", "1001 1002", None, None, "Row 1"),
    "ids are not first": ("Wer;Team;Wo\nAnna;A;1001", "1001", None, "A", "Not used: “Wer”"),
    "groups in one cell": ("Agent ID;Groups\n1001;A, B;\n", "1001", None, "A,B", "Row 1"),
}  # fmt: skip
REFUSED = {
    "JSON": ('[{"id": "agent1"}]', "JSON"),
    "an object of JSON": ('{"statistics": []}', "JSON"),
    "a table of a web page": ("<table><tr><td>agent1</td></tr></table>", "web page"),
    "nothing": ("", "nothing in it"),
    "only marks": ("\u200b\n", "cannot be seen"),
    "a quote that never ends": ('Agent;Name\n1001;"Anna\n1002;Bea\n1003;Cem\n', "line 2"),
    "a quote closed too early": ('1001;"Anna\n1002;"Bea"\n', "line 1"),
    "a shortened number": ("Agent ID\n1,00E+15", "line 2"),
    "a column too narrow": ("1001\n####", "row 2"),
    "a lookup that failed": ("1001\n#N/A", "row 2"),
    "only headings": ("Agent ID;Name", "only a header"),
    "a row without an id": ("Agent ID;Name\n;Anna", "row 2"),
    "no column of ids": ("Name;Team\nAnna;Sales\nBea;Sales", "no column is named as ids"),
    "an id in two lines": ('"1001\n1002";Anna', "row 1"),
    "a null": ("10\x0001", "row 1"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_gives_its_objects(name):
    """Each id once and as it is seen, names and groups with it, and what is to be remarked."""
    text, ids, labels, groups, remark = FORMS[name]

    sheet = read_table(text, "Agent")

    assert [ref.object_id for ref in sheet.refs] == ids.split("|" if "|" in ids else " ")
    if labels is not None:
        assert [item.label for item in sheet.objects] == labels.split("|")
    if groups is not None:
        assert [",".join(item.groups) for item in sheet.objects] == groups.split("|")
    assert remark is None or remark in " ".join(sheet.remarks)
    assert remark is not None or not sheet.remarks


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_cannot_be_used_is_refused_with_its_place(name):
    """Nothing of it is taken."""
    text, words = REFUSED[name]

    with pytest.raises(ExchangeError, match=re.escape(words)):
        read_table(text, "Agent")


def test_what_was_understood_can_be_changed():
    """Headings that are none, a row that is headings, a row that is a list and one that is not."""
    as_rows, as_list = TableForm(headings=False, every_cell=False), TableForm(every_cell=True)

    assert len(read_table("Agent\n1001", "Agent", as_rows).refs) == 2
    assert len(read_table("Leute\nanna\nbea", "Agent", TableForm(headings=True)).refs) == 2
    assert len(read_table("1001, 1002", "Agent", as_rows).refs) == 1
    assert len(read_table("anna, bea, cem", "Agent", as_list).refs) == 3


def test_the_form_says_what_was_done():
    """So that a control can show it and be switched."""
    assert read_table("Agent\n1001", "Agent").form == TableForm(headings=True, every_cell=False)
    assert read_table("1001, 1002", "Agent").form == TableForm(headings=False, every_cell=True)
    assert read_table("1001\n1002", "Agent").form == TableForm(headings=False, every_cell=False)


_CELLS = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.lists(_CELLS, min_size=1, max_size=4), min_size=1, max_size=5),
       st.sampled_from("\t;,|"), st.sampled_from([None, True, False]),
       st.sampled_from([None, True, False]))  # fmt: skip
@example([["\u200d"]], ";", None, None)
@example([["#"], ["1"]], ";", None, None)
def test_no_id_holds_what_cannot_be_seen(rows, mark, headings, every):
    """Whatever is pasted, and whatever it is taken as."""
    text = "\n".join(mark.join(row) for row in rows)
    with contextlib.suppress(ExchangeError):
        for ref in read_table(text, "Agent", TableForm(headings, every)).refs:
            assert ref.object_id.isprintable()
            assert ref.object_id.strip()
            assert ref.object_id == unicodedata.normalize("NFC", ref.object_id)
            assert all(unicodedata.category(letter) != "Cf" for letter in ref.object_id)


@given(st.lists(st.integers(1000, 9999), min_size=2, max_size=30, unique=True),
       st.sampled_from(["\n", ", ", ";", "\t", " | ", " ", ",\n"]))  # fmt: skip
def test_no_id_of_a_list_is_lost(numbers, mark):
    """However the ids are separated."""
    sheet = read_table(mark.join(map(str, numbers)), "Agent")

    assert [ref.object_id for ref in sheet.refs] == list(map(str, numbers))


@given(st.text())
def test_what_looks_alike_is_alike(text):
    """Composed or not; a second look changes nothing."""
    assert as_seen(unicodedata.normalize("NFD", text)) == as_seen(text)
    assert as_seen(as_seen(text)) == as_seen(text)
