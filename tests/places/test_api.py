"""Areas as open data."""

from tests.worlds import Browser, World


async def test_areas_are_read_by_parent_subtree_and_level(browse: Browser, world: World, statements):
    await world.country()

    async def codes(query: str) -> list[str]:
        return [item["code"] for item in (await browse.client.get(f"/api/v1/areas{query}")).json()["items"]]

    assert await codes("") == ["NG", "NG008", "NG036", "NG036005", "NG036009"]
    assert await codes("?parent=NG") == ["NG008", "NG036"]
    assert await codes("?area=NG036") == ["NG036", "NG036005", "NG036009"]
    assert await codes("?area=NG036&level=2") == ["NG036005", "NG036009"]
    assert (await browse.client.get("/api/v1/areas?parent=ZZ")).status_code == 404
    with statements() as sent:
        await codes("?level=2")
    assert len(sent) == 1, sent


async def test_an_area_says_what_it_lies_in_and_a_search_forgives_a_slip(browse: Browser, world: World):
    await world.country()
    gulani = (await browse.client.get("/api/v1/areas/NG036009")).json()
    assert (gulani["name"], gulani["parent"], gulani["level_name"]) == (
        "Gulani",
        "NG036",
        "Local government area",
    )
    found = (await browse.client.get("/api/v1/areas/search?q=gulanni")).json()["items"]
    assert [(place["code"], place["where"]) for place in found] == [
        ("NG036009", "Local government area, Yobe")
    ]
