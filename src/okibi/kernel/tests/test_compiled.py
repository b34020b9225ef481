"""A query that is put together once gives what the ORM gives."""

import pytest
from django.db.models import Count, Q
from django.db.models.functions import Lower

from okibi.customers.models import Person
from okibi.kernel.compiled import read, read_values, statement_of
from okibi.kernel.statements import run
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def _named(name: str, pk: int):
    return (
        Person.objects.select_related("organisation", "merged_into")
        .filter(Q(name=name) | Q(pk=pk))
        .annotate(addresses=Count("emails"))
        .order_by("pk")
    )


def test_rows_are_the_orms_with_their_relations_and_marks(cast, django_assert_num_queries):
    for values in ((cast.anna.name, cast.boris.pk), (cast.boris.name, cast.boris.pk), ("nobody % s", 0)):
        expected = list(_named(*values))
        with django_assert_num_queries(1):
            found = read("test: named", _named, *values)
            assert [(row, row.organisation, row.merged_into, row.addresses) for row in found] == [
                (row, row.organisation, row.merged_into, row.addresses) for row in expected
            ]
        assert [vars(row).keys() for row in found] == [vars(row).keys() for row in expected]


def test_the_statement_is_put_together_once(cast):
    calls = []

    def build(pk: int):
        calls.append(pk)
        return Person.objects.filter(pk=pk)

    assert [read("test: by id", build, each.pk) for each in (cast.anna, cast.boris)] == [[cast.anna], [cast.boris]]
    assert len(calls) == 1


def test_what_stands_in_the_statement_is_not_taken_for_a_value(cast):
    def build(pk: int):
        return Person.objects.filter(pk=pk).exclude(name="100 % %s '")

    assert read("test: literal", build, cast.anna.pk) == [cast.anna]


@pytest.mark.parametrize("value", [None, [1], 1.5, True])
def test_values_that_change_a_statement_are_refused(value):
    with pytest.raises(TypeError):
        read(f"test: {value}", lambda given: Person.objects.filter(pk=given), value)


def test_a_value_that_does_not_arrive_as_it_is_is_refused():
    def build(words: str):
        return Person.objects.annotate(small=Lower("name")).filter(small__contains=words)

    with pytest.raises(TypeError):
        read("test: changed", build, "ann")


def _numbers_named(name: str, above: int):
    return (
        Person.objects.filter(name=name, pk__gt=above)
        .order_by("pk")
        .values_list("pk", "created_at", "organisation__name")[:5]
    )


def test_rows_of_values_are_the_orms(cast, django_assert_num_queries):
    expected = list(_numbers_named(cast.anna.name, 0))
    with django_assert_num_queries(1):
        assert read_values("test: values", _numbers_named, cast.anna.name, 0) == expected != []
    assert read_values("test: values", _numbers_named, cast.anna.name, cast.anna.pk) == []


def test_models_are_not_made_of_values(cast):
    with pytest.raises(TypeError):
        read("test: values as models", _numbers_named, cast.anna.name, 0)


def test_a_statement_can_be_a_part_of_another(cast):
    part = statement_of(_numbers_named, "anybody", 0)
    values = (cast.boris.name, 0)
    rows = run(f"SELECT count(*) FROM ({part.sql}) AS found", [values[place] for place in part.order])
    assert rows == [(1,)]
