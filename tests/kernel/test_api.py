"""What every list of the API keeps: parameters it knows, cursors nobody can alter, tags, problems as documents."""

from tests.worlds import Browser, World


async def _skills(world: World, number: int) -> None:
    for n in range(number):
        await world.term("skill", f"skill-{n:02}", f"Skill {n:02}", position=n)


async def test_a_list_is_read_part_by_part_to_its_end(browse: Browser, world: World):
    await _skills(world, 5)
    codes: list[str] = []
    address: str | None = "/api/v1/vocabulary/skill?limit=2"
    while address:
        answer = await browse.client.get(address)
        codes += [item["code"] for item in answer.json()["items"]]
        address = answer.json()["next"]
        assert ("link" in answer.headers) == (address is not None)
    assert codes == [f"skill-{n:02}" for n in range(5)]


async def test_a_cursor_that_is_altered_or_of_another_list_is_refused(browse: Browser, world: World):
    await _skills(world, 3)
    following = (await browse.client.get("/api/v1/vocabulary/skill?limit=1&q=skill")).json()["next"]
    after = following.split("after=")[1].split("&")[0]
    for address in (
        f"/api/v1/vocabulary/skill?limit=1&q=skill&after=x{after}",
        f"/api/v1/vocabulary/skill?limit=1&after={after}",
        f"/api/v1/vocabulary/access?limit=1&q=skill&after={after}",
        "/api/v1/areas?after=nonsense",
    ):
        answer = await browse.client.get(address)
        assert answer.status_code == 400, address
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/bad-cursor"


async def test_a_filter_with_a_slip_is_refused_rather_than_passed_over(browse: Browser, world: World):
    answer = await browse.client.get("/api/v1/groups?statuss=idp")
    assert answer.status_code == 400
    assert "statuss" in answer.json()["detail"]
    assert (await browse.client.get("/api/v1/groups?limit=201")).status_code == 422
    assert (await browse.client.get("/api/v1/vocabulary/nothing")).status_code == 404


async def test_what_has_not_changed_is_not_sent_again(browse: Browser, world: World):
    await _skills(world, 1)
    for address in ("/api/v1/vocabulary/skill", "/api/v1/vocabulary/skill/skill-00"):
        tag = (await browse.client.get(address)).headers["etag"]
        again = await browse.client.get(address, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        french = await browse.client.get(f"/fr{address}", headers={"if-none-match": tag})
        assert french.status_code == 200 or tag.startswith("W/")


async def test_the_description_of_the_api_names_its_addresses(browse: Browser):
    described = (await browse.client.get("/api/v1/openapi.json")).json()
    assert {
        "/api/v1/areas",
        "/api/v1/groups",
        "/api/v1/services",
        "/api/v1/vocabulary/{scheme}",
    } <= described["paths"].keys()
