"""What a caller hears, written as the sentences that sound."""

import struct
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.sip import phrases, sound
from okibi.channels.sip.phrases import Phrases
from okibi.channels.sip.speech import PAUSE, Occasion, clock, goodbye, greeting, opening
from okibi.channels.sip.wording import WORDS, file_of

MOSCOW = ZoneInfo("Europe/Moscow")


def moment(text, zone=MOSCOW):
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=zone)


def words(clips, language):
    return " ".join(WORDS[language][clip] for clip in clips if clip != PAUSE)


OPENINGS = {
    ("21.11.2026 23:00", "23.11.2026 08:00"): (
        "в понедельник двадцать третьего ноября в восемь часов утра по московскому времени",
        "on Monday the twenty-third of November at eight o'clock in the morning Moscow time",
    ),
    ("04.11.2026 23:10", "05.11.2026 08:00"): (
        "в четверг пятого ноября в восемь часов утра по московскому времени",
        "on Thursday the fifth of November at eight o'clock in the morning Moscow time",
    ),
    ("31.12.2026 19:00", "11.01.2027 08:00"): (
        "в понедельник одиннадцатого января в восемь часов утра по московскому времени",
        "on Monday the eleventh of January at eight o'clock in the morning Moscow time",
    ),
    ("24.11.2026 03:00", "24.11.2026 08:30"): (
        "сегодня в восемь часов тридцать минут утра по московскому времени",
        "today at eight thirty in the morning Moscow time",
    ),
    ("02.03.2027 18:00", "03.03.2027 13:21"): (
        "в среду третьего марта в час двадцать одна минута дня по московскому времени",
        "on Wednesday the third of March at one twenty one in the afternoon Moscow time",
    ),
    ("29.05.2027 18:00", "30.05.2027 00:00"): (
        "в воскресенье тридцатого мая в двенадцать часов ночи по московскому времени",
        "on Sunday the thirtieth of May at midnight Moscow time",
    ),
    ("30.08.2027 18:00", "31.08.2027 12:00"): (
        "во вторник тридцать первого августа в двенадцать часов дня по московскому времени",
        "on Tuesday the thirty-first of August at noon Moscow time",
    ),
    ("01.10.2027 01:00", "02.10.2027 17:05"): (
        "в субботу второго октября в пять часов пять минут вечера по московскому времени",
        "on Saturday the second of October at five oh five in the evening Moscow time",
    ),
    ("01.07.2027 01:00", "02.07.2027 02:52"): (
        "в пятницу второго июля в два часа пятьдесят две минуты ночи по московскому времени",
        "on Friday the second of July at two fifty two in the morning Moscow time",
    ),
}


@pytest.mark.parametrize(("at", "opens"), OPENINGS)
def test_the_next_opening_is_spoken_in_the_right_forms(at, opens):
    russian, english = OPENINGS[at, opens]
    assert words(opening(moment(opens), moment(at), MOSCOW, "ru"), "ru") == russian
    assert words(opening(moment(opens), moment(at), MOSCOW, "en"), "en") == english


def test_the_day_and_the_hour_are_those_of_the_desk_wherever_the_moment_was_written():
    said = opening(moment("23.11.2026 08:00").astimezone(UTC), moment("22.11.2026 23:30"), MOSCOW, "ru")
    assert words(said, "ru").startswith("в понедельник двадцать третьего ноября в восемь часов утра")


@pytest.mark.parametrize(("zone", "russian", "english"), [
    ("Europe/Moscow", "по московскому времени", "Moscow time"),
    ("Asia/Vladivostok", "по владивостокскому времени", "Vladivostok time"),
    ("Europe/Berlin", "по времени службы поддержки", "by the clock of the support desk"),
])  # fmt: skip
def test_the_zone_is_named(zone, russian, english):
    place = ZoneInfo(zone)
    at = moment("01.07.2027 01:00", place)
    assert words(opening(at + timedelta(days=1), at, place, "ru"), "ru").endswith(russian)
    assert words(opening(at + timedelta(days=1), at, place, "en"), "en").endswith(english)


HOURS = {
    0: "в двенадцать часов ночи", 1: "в час ночи", 2: "в два часа ночи", 3: "в три часа ночи",
    4: "в четыре часа утра", 5: "в пять часов утра", 8: "в восемь часов утра", 11: "в одиннадцать часов утра",
    12: "в двенадцать часов дня", 13: "в час дня", 14: "в два часа дня", 16: "в четыре часа дня",
    17: "в пять часов вечера", 20: "в восемь часов вечера", 23: "в одиннадцать часов вечера",
}  # fmt: skip


@pytest.mark.parametrize("hour", HOURS)
def test_a_russian_hour(hour):
    assert words(clock(hour, 0, "ru"), "ru") == HOURS[hour]


MINUTES = {
    1: "одна минута", 2: "две минуты", 4: "четыре минуты", 5: "пять минут", 11: "одиннадцать минут",
    12: "двенадцать минут", 20: "двадцать минут", 21: "двадцать одна минута", 33: "тридцать три минуты",
    45: "сорок пять минут", 50: "пятьдесят минут", 59: "пятьдесят девять минут",
}  # fmt: skip


@pytest.mark.parametrize("minute", MINUTES)
def test_a_russian_minute(minute):
    assert words(clock(9, minute, "ru"), "ru") == f"в девять часов {MINUTES[minute]} утра"


@pytest.mark.parametrize(("number", "form"), [(n, "минута" if n % 10 == 1 and n != 11 else
    "минуты" if n % 10 in (2, 3, 4) and n not in (12, 13, 14) else "минут") for n in range(1, 60)])  # fmt: skip
def test_every_minute_has_the_form_of_its_number(number, form):
    assert words(clock(9, number, "ru")[1:-1], "ru").split()[-1] == form


def test_every_date_is_an_ordinal_in_the_genitive():
    for day in range(1, 32):
        last = WORDS["ru"][f"day-{day}"].split()[-1]
        assert last.endswith(("ого", "его")), day
    assert WORDS["ru"]["day-3"] == "третьего"
    assert WORDS["ru"]["day-29"] == "двадцать девятого"
    assert WORDS["ru"]["day-30"] == "тридцатого"
    assert WORDS["en"]["day-22"] == "the twenty-second of"


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.times(), st.sampled_from(["ru", "en"]))
def test_every_moment_has_words_and_sound(day, at, language):
    opens = datetime.combine(day, time(at.hour, at.minute), MOSCOW)
    clips = opening(opens, opens - timedelta(days=2), MOSCOW, language)
    assert Phrases().say(clips, language)


def test_the_greeting_by_the_moment():
    night = Occasion(moment("04.11.2026 23:10"), False, moment("05.11.2026 08:00"), MOSCOW)
    assert words(greeting(night, "ru"), "ru") == (
        "Здравствуйте! Вы позвонили в службу технической поддержки. Сейчас нерабочее время. Поддержка откроется "
        "в четверг пятого ноября в восемь часов утра по московскому времени После сигнала назовите себя, организацию "
        "и номер телефона и расскажите, что случилось. Мы вам перезвоним."
    )
    day = Occasion(moment("05.11.2026 12:00"), True, None, MOSCOW)
    assert "Сейчас все специалисты заняты. После сигнала" in words(greeting(day, "ru"), "ru")
    assert "The desk is closed now. After the signal" in words(greeting(None, "en"), "en")
    assert words(goodbye(heard=True), "ru") == "Спасибо, сообщение записано. До свидания!"
    assert words(goodbye(heard=False), "en") == "We did not hear anything. Goodbye!"


def test_every_clip_is_recorded_and_none_is_left_over():
    for language, clips in WORDS.items():
        there = {path.stem for path in (phrases.OWN / language).glob("*.wav")}
        assert there == {file_of(language, clip) for clip in clips}
    assert sum(path.stat().st_size for path in phrases.OWN.glob("*/*.wav")) < 1_500_000


def test_every_clip_is_a_voice_of_a_sensible_length():
    for language, clips in WORDS.items():
        for clip, said in clips.items():
            pcm = Phrases().clip(language, clip)
            per_letter = sound.seconds(pcm) / len(said)
            assert 0.03 < per_letter < 0.2, (language, clip, per_letter)
            assert sound.spoken_seconds(pcm) > 0.5 * sound.seconds(pcm)


def test_a_sentence_is_as_long_as_its_clips_and_the_gaps_between_them():
    clips = opening(moment("23.11.2026 08:00"), moment("21.11.2026 08:00"), MOSCOW, "ru")
    alone = sum(sound.seconds(Phrases().clip("ru", clip)) for clip in clips)
    assert sound.seconds(Phrases().say(clips, "ru")) == pytest.approx(alone + 0.06 * (len(clips) - 1))
    assert 4 < alone < 8


def test_the_greeting_ends_with_the_signal():
    greeted = Phrases().greeting(None, ["ru"])
    assert greeted.endswith(sound.beep())
    assert len(Phrases().greeting(None, ["ru", "en"])) > len(greeted) + sound.RATE


# ------------------------------------------------------------------ an operator's own voice


@pytest.fixture
def own(tmp_path):
    (tmp_path / "ru").mkdir()
    return tmp_path


def tone(length):
    return sound.write_wav(sound.beep(length))


def test_an_operators_phrase_stands_in_the_place_of_ours(own):
    (own / "ru/hello.wav").write_bytes(tone(0.8))
    assert Phrases(own).clip("ru", "hello") == sound.beep(0.8)
    assert Phrases(own).clip("ru", "closed") == Phrases().clip("ru", "closed")
    assert Phrases(own).clip("en", "hello") == Phrases().clip("en", "hello")


def test_a_whole_greeting_replaces_every_word(own):
    (own / "ru/greeting-closed.wav").write_bytes(tone(2))
    greeted = Phrases(own).greeting(None, ["ru"])
    assert greeted == sound.beep(2) + phrases.REST + sound.beep()
    busy = Occasion(moment("05.11.2026 12:00"), True, None, MOSCOW)
    assert Phrases(own).greeting(busy, ["ru"]) == Phrases().greeting(busy, ["ru"])


def wav(tag=1, channels=1, rate=8000, bits=16, data=b"\x10\x00" * 800):
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * bits // 8, bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(("content", "said"), [
    (b"", "not a WAV"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff", "not a WAV"),
    (wav(rate=44100), "44100 Hz"),
    (wav(channels=2), "2 channels"),
    (wav(bits=24), "24 bits"),
    (wav(data=b""), "0 s"),
])  # fmt: skip
def test_a_file_that_can_not_be_played_is_named_and_ours_is_played(own, content, said):
    (own / "ru/hello.wav").write_bytes(content)
    assert Phrases(own).clip("ru", "hello") == Phrases().clip("ru", "hello")
    assert said in next(Phrases(own).problems()).en


def test_a_file_that_no_sentence_uses_is_named(own):
    (own / "ru/helo.wav").write_bytes(tone(1))
    assert "no such phrase" in next(Phrases(own).problems()).en
    assert "no folder" in next(Phrases(own / "nowhere").problems()).en
    assert list(Phrases().problems()) == []


# ------------------------------------------------------------------ sound


@pytest.mark.parametrize("codec", [sound.PCMA, sound.PCMU])
def test_g711_there_and_back_sounds_the_same(codec):
    tone = sound.beep(1)
    back = sound.decode(sound.encode(tone, codec), codec)
    assert len(back) == len(tone)
    assert sound.loudness(back) == pytest.approx(sound.loudness(tone), rel=0.02)


def test_a_wav_there_and_back():
    assert sound.read_wav(sound.write_wav(sound.beep(1))) == sound.beep(1)
    assert sound.read_wav(wav(tag=6, bits=8, data=sound.encode(sound.beep(1), sound.PCMA))) != b""


def test_what_is_spoken_is_told_from_silence():
    assert sound.spoken_seconds(sound.silence(3)) == 0
    assert sound.spoken_seconds(sound.silence(1) + sound.beep(1) + sound.silence(1)) == pytest.approx(1, abs=0.05)
    hum = b"\x20\x00\xe0\xff" * 8000  # ±32 of 32768: a quiet line
    assert sound.spoken_seconds(hum) == 0


def test_the_silence_at_the_end_is_cut():
    pcm = sound.silence(1) + sound.beep(1) + sound.silence(6)
    assert sound.seconds(sound.without_tail(pcm)) == pytest.approx(2.5, abs=0.05)
    assert sound.seconds(sound.without_tail(sound.silence(6))) == 0.5
