"""The words of screenshots and recorded steps."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - read as a table

WORDS = {
    "shot_name": S("Снимок {number}.png", "Screenshot {number}.png"),
    "pasted_name": S("Картинка {number}.png", "Picture {number}.png"),
    "steps_name": S("Шаги {number}.zip", "Steps {number}.zip"),
    "log_name": S("Журнал.zip", "Log.zip"),
    "shot_impossible": S(
        "Система не даёт программам снимать экран. Сделайте снимок её средствами, затем вставьте его сюда (Ctrl+V) "
        "или перетащите файл.",
        "This system does not let programs take screenshots. Take one with its own tool, then paste it here (Ctrl+V) "
        "or drop the file.",
    ),
    "area": S("Область снимка", "Area of the screenshot"),
    "area_hint": S(
        "Выделите область. Enter — весь экран, Esc — отмена. Стрелки и пробел — без мыши.",
        "Select an area. Enter takes the whole screen, Esc cancels. Arrows and Space work without a mouse.",
    ),
    "editor": S("Снимок экрана", "Screenshot"),
    "canvas": S(
        "Снимок. Стрелками двигайте указатель, пробелом начните и закончите отметку.",
        "Screenshot. Move with the arrow keys, begin and end a mark with Space.",
    ),
    "tool_arrow": S("Стрелка", "Arrow"),
    "tool_box": S("Рамка", "Box"),
    "tool_text": S("Текст", "Text"),
    "tool_blur": S("Скрыть", "Blur"),
    "tool_crop": S("Обрезать", "Crop"),
    "tool_tip": S("{tool} ({press})", "{tool} ({press})"),
    "blur_about": S(
        "Скрытое стирается из самой картинки: восстановить его нельзя.",
        "What is hidden is wiped from the picture itself: it cannot be brought back.",
    ),
    "undo": S("Отменить", "Undo"),
    "redo": S("Вернуть", "Redo"),
    "text_ask": S("Надпись", "Words"),
    "editor_done": S("Готово", "Done"),
    "editor_cancel": S("Отмена", "Cancel"),
    "editor_lose": S("Закрыть снимок без отметок?", "Leave the screenshot without what you drew?"),
    "editor_lose_yes": S("Закрыть", "Leave"),
    "editor_stay": S("Вернуться к снимку", "Back to the screenshot"),
    "recorder": S("Запись шагов", "Recording steps"),
    "recorder_step": S("Что вы сделали", "What you did"),
    "recorder_take": S("Записать шаг", "Record a step"),
    "recorder_done": S("Готово", "Done"),
    "recorder_cancel": S("Отмена", "Cancel"),
    "recorder_count": S("шаг|шага|шагов", "step|steps"),
    "recorder_hint": S(
        "Сделайте шаг в программе, назовите его и нажмите Enter: снимок и время добавятся сами.",
        "Do a step in the program, name it and press Enter: screenshot and time are added.",
    ),
    "recorder_hint_plain": S(
        "Сделайте шаг в программе, назовите его и нажмите Enter: время добавится само. "
        "Снимать экран эта система программам не даёт.",
        "Do a step in the program, name it and press Enter: the time is added. "
        "This system does not let programs take screenshots.",
    ),
    "steps_title": S("Что делал пользователь", "What the user did"),
    "step_unnamed": S("Шаг {number}", "Step {number}"),
    "picture_of": S("Экран, шаг {number}", "Screen, step {number}"),
}
