"""Why a file can't be shipped, in words, by the code of the fault."""

from collections.abc import Mapping

from okibi.kernel.sentence import Sentence

FAULTS: Mapping[str, Sentence] = {
    "unknown": Sentence(
        "Это не EXE, DLL, MSI, APK, NUPKG и не архив.", "This is no EXE, DLL, MSI, APK, NUPKG, and no archive."
    ),
    "unreadable": Sentence("Файл повреждён: прочитать его не удалось.", "The file is damaged: it could not be read."),
    "too_much": Sentence(
        "Чтение файла заняло слишком много времени или памяти: так бывает только у испорченных файлов.",
        "Reading the file took too much time or memory: only broken files do that.",
    ),
    "bomb": Sentence(
        "Архив распаковывается в несоразмерно большой объём.", "The archive unpacks to something out of all proportion."
    ),
    "outside": Sentence(
        "В архиве есть пути, ведущие за его пределы.", "The archive has paths that lead outside of it."
    ),
    "links": Sentence("В архиве есть ссылки или устройства.", "The archive has links or devices in it."),
    "twice": Sentence("Одно и то же имя стоит в файле дважды.", "The same name stands in the file twice."),
    "empty": Sentence("Архив пуст.", "The archive is empty."),
    "pe_machine": Sentence(
        "Собран для процессора, который продукт не знает: нужны x86, x64 или ARM64.",
        "Built for a processor that is not known here: x86, x64 or ARM64 is needed.",
    ),
    "msi_codes": Sentence(
        "В таблице Property нет ProductCode или UpgradeCode.", "The Property table has no ProductCode or UpgradeCode."
    ),
    "test_only": Sentence(
        "APK собран только для проверки (testOnly): на устройство он не установится.",
        "The APK is for tests only (testOnly): devices refuse it.",
    ),
    "apk_zip": Sentence(
        "Оглавление APK не там, где его ждёт Android.", "The APK's directory is not where Android expects it."
    ),
    "apk_unsigned": Sentence("APK не подписан.", "The APK is not signed."),
    "apk_v1_only": Sentence(
        "APK подписан только по схеме v1 (JAR): она не защищает весь файл. Нужна v2 или v3.",
        "The APK is signed by scheme v1 (JAR) only, which does not protect the whole file. v2 or v3 is needed.",
    ),
    "apk_stripped": Sentence(
        "Из APK вырезана подпись v2 или v3, о которой говорит другая его подпись.",
        "The v2 or v3 signature that another one speaks of was cut out of the APK.",
    ),
    "apk_signature": Sentence("Подпись APK неверна.", "The APK's signature is wrong."),
    "apk_digest": Sentence("APK изменён после подписи.", "The APK was changed after it was signed."),
    "apk_algorithm": Sentence(
        "APK подписан алгоритмом, который здесь не проверяется.", "The APK is signed by an algorithm not known here."
    ),
    "apk_lineage": Sentence("Доказательство смены ключа в APK неверно.", "The APK's proof of key rotation is wrong."),
}
