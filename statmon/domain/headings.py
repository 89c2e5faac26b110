"""What the columns of other people's tables are called, in the words that they use.

A heading is compared without accents, blanks, signs and capitals: ``Mitarbeiter-Nr.`` is
``mitarbeiternr``, ``N° d'agent`` is ``nodagent``.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

OWN: Final = (
    "objectType", "objectId", "label", "groups", "statistic", "definition", "id", "enabled"
)  # fmt: skip
"""The columns of the tables that statmon writes."""

_TYPE: Final = "objecttype type typ objekttyp typedobjet typeobjet tipo tipodeobjeto soort"
# Says that it is an id.
_ID: Final = """
    objectid object agentid agentlogin agentloginid agentnumber agentno loginid login logincode
    logonid employeeid employeenumber employeeno staffid staffnumber personnelnumber userid username
    queueid queuenumber queuedn dn extension placeid
    agentenid agentennummer agentnr agentnummer mitarbeiternr mitarbeiternummer mitarbeiterid
    personalnummer personalnr persnr benutzername benutzerid benutzerkennung anmeldename loginname
    kennung kurzel warteschlangenid warteschlangennummer nebenstelle durchwahl
    idagent iddelagent idagents numeroagent numerodagent numerodelagent noagent nodagent identifiant
    identifiantagent identifiantdelagent matricule nomdutilisateur idutilisateur iddelafile idfile
    numerodefile numerodelafile poste
    idagente iddeagente iddelagente numerodeagente numeroagente noagente nagente nombredeusuario
    idusuario iddeusuario identificador legajo matricula idcola iddecola iddelacola numerodecola
    idoperatore iddelloperatore matricola nomeutente idutente codiceoperatore idcoda interno
    iddoagente idoperador iddooperador nomedeusuario iddafila idfila ramal
    medewerkernr medewerkernummer medewerkerid personeelsnummer gebruikersnaam gebruikersid
    wachtrijid toestel
"""
# Names what it is a list of: the id, unless another column says that it is one.
_THING: Final = """
    agent agents employee user queue queues place routepoint virtualqueue number no id nr
    mitarbeiter mitarbeitende agenten benutzer warteschlange warteschlangen nummer platz
    utilisateur file filedattente numero
    agente agentes usuario empleado cola colas codigo
    operatore utente coda codice agenti
    operador utilizador fila
    medewerker medewerkers gebruiker wachtrij
"""
_NAME: Final = """
    label name displayname fullname agentname queuename employeename firstname lastname forename
    surname givenname familyname
    bezeichnung anzeigename mitarbeitername agentenname vorname nachname familienname
    nom nomcomplet nomagent nomdelagent prenom libelle nomdefamille nomdelafile
    nombre nombrecompleto nombredelagente nombreagente nombredeagente apellido apellidos etiqueta
    nome nomecompleto nominativo cognome nomeagente sobrenome apelido
    naam volledigenaam voornaam achternaam weergavenaam
"""
_GROUP: Final = """
    groups group team teams department unit
    gruppe gruppen abteilung
    groupe groupes equipe equipes service
    grupo grupos equipo equipos departamento
    gruppo gruppi squadra reparto
    equipa
    groep groepen afdeling
"""
_STATISTIC: Final = """
    statistic statisticname statistik statistique estadistica statistica estatistica statistiek
"""
_MEANINGS: Final = {
    word: meaning
    for meaning, words in (
        ("label", _NAME), ("groups", _GROUP), ("statistic", _STATISTIC), ("thing", _THING),
        ("objectType", _TYPE), ("objectId", _ID), ("id", "statisticid"),
        ("definition", "definition"), ("enabled", "enabled"),
    )
    for word in words.split()
}  # fmt: skip
_API_WORDS: Final = frozenset({"objecttype", "objectid", "statisticid"})


def meanings(row: Sequence[str]) -> list[str]:
    """Return what each column is, as a name of ``OWN``; empty for one that is none of them.

    Beside the words of the API, ``name`` is a statistic's and ``id`` too; in a list of people
    they are theirs. Several columns may be ``label`` (first and last name), one is ``objectId``.
    """
    words = [_plain(cell) for cell in row]
    found = [_MEANINGS.get(word, "") for word in words]
    if _API_WORDS & set(words):
        api = {"name": "statistic", "id": "id"}
        found = [api.get(word, meaning) for word, meaning in zip(words, found, strict=True)]
    said = "objectId" in found
    for at, meaning in enumerate(found):
        if meaning == "thing":
            found[at] = "label" if said else "objectId"
            said = True
    return _each_once(found)


def _each_once(found: Sequence[str]) -> list[str]:
    """Return the columns so that the first of a kind is taken; names may stand in several."""
    return [
        "" if meaning != "label" and meaning in found[:at] else meaning
        for at, meaning in enumerate(found)
    ]


def _plain(heading: str) -> str:
    """Return a heading without accents, signs, blanks and capitals."""
    numero = re.sub(r"(?i)\bn(?:[º°]|\.[º°]|um\.)", "no", heading)
    letters = unicodedata.normalize("NFKD", numero.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
