"""What a change of the registry may not do to images that pods run."""

from tests.engine import ALL_APPS, Engine, config


def test_no_repository_is_deleted_before_its_successor_holds_the_images() -> None:
    repositories = Engine().build_program(config=config(apps=ALL_APPS)).of("Repository")
    assert repositories
    for repository in repositories:
        assert repository.request.deleteBeforeReplaceDefined, "the provider's own choice would be to delete it first"
        assert not repository.request.deleteBeforeReplace
