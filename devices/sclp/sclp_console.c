/*
 * The two consoles on the host's side: output, where what one console repeats of the other is
 * shown once, and the queue of what the user typed, from which bytes or lines are taken.
 */
#include <string.h>

#include "devices/sclp/sclp_state.h"

#define CONTROL(key) ((key)&0x1f)
#define BACKSPACE    0x08
#define DELETE       0x7f
#define SYSRQ        CONTROL('O') /* what the VT220 console takes for a break */

/* Characters whose EBCDIC code depends on the code page, or that have none, compare as equal. */
static uint8_t canonical(uint8_t c)
{
    return c < ' ' || c > '~' || strchr("!?[]^|", c) ? '?' : c;
}

/* True where all of TEXT repeats what the echo begins with; *USED is how much of the echo that is.
   Lines may break differently, for the line-mode console breaks long ones. */
static bool repeats(const struct sclp_echo *echo, const uint8_t *text, size_t length, size_t *used)
{
    size_t at = 0, i = 0;

    while (i < length) {
        uint8_t seen = at < echo->length ? echo->text[echo->start + at] : 0;

        if (text[i] == '\r') {
            i++;
        } else if (at < echo->length && seen == '\n' && text[i] != '\n') {
            at++;
        } else if (text[i] == '\n' && seen != '\n') {
            i++;
        } else if (at < echo->length && canonical(seen) == canonical(text[i])) {
            at++;
            i++;
        } else {
            return false;
        }
    }
    *used = at;
    return at > 0;
}

static void remember(struct sclp_echo *echo, uint32_t console, const uint8_t *text, size_t length)
{
    if (echo->console != console)
        *echo = (struct sclp_echo){.console = console};
    memmove(echo->text, echo->text + echo->start, echo->length);
    echo->start = 0;
    for (size_t i = 0; i < length && !echo->overflowed; i++)
        if (text[i] != '\r') {
            echo->overflowed = echo->length == sizeof echo->text;
            if (!echo->overflowed)
                echo->text[echo->length++] = text[i];
        }
    if (echo->overflowed)
        echo->length = 0;
}

static bool already_shown(struct sclp_echo *echo, uint32_t console, const uint8_t *text,
                          size_t length)
{
    size_t used;

    if (echo->console == console || !repeats(echo, text, length, &used))
        return false;
    echo->start += used;
    echo->length -= used;
    return true;
}

static bool backends_equal(const struct char_backend *a, const struct char_backend *b)
{
    return a->owner == b->owner && a->write == b->write;
}

void sclp_console_write(struct sclp *sclp, enum sclp_console console, const uint8_t *text,
                        size_t length)
{
    const struct char_backend *backend =
        console == SCLP_CONSOLE_VT220 ? &sclp->vt220 : &sclp->line_mode;

    pthread_mutex_lock(&sclp->state_lock);
    sclp->state.last_written = console;
    pthread_mutex_unlock(&sclp->state_lock);
    pthread_mutex_lock(&sclp->output_lock);
    if (backend->write && length) {
        bool shared = backends_equal(&sclp->vt220, &sclp->line_mode);

        if (!shared || !already_shown(&sclp->echo, console, text, length)) {
            backend->write(backend->owner, text, length);
            if (shared)
                remember(&sclp->echo, console, text, length);
        }
    }
    pthread_mutex_unlock(&sclp->output_lock);
}

void sclp_connect_console(struct sclp *sclp, unsigned consoles, const struct char_backend *backend)
{
    const struct char_backend none = {0};

    pthread_mutex_lock(&sclp->output_lock);
    if (consoles & SCLP_CONSOLE_VT220)
        sclp->vt220 = backend ? *backend : none;
    if (consoles & SCLP_CONSOLE_LINE_MODE)
        sclp->line_mode = backend ? *backend : none;
    pthread_mutex_unlock(&sclp->output_lock);
}

uint32_t sclp_console_target(const struct sclp_state *state)
{
    bool vt220 = sclp_event_wanted(state, &sclp_vt220_event);
    bool line_mode = sclp_event_wanted(state, &sclp_operator_command_event);

    if (vt220 && line_mode)
        return state->last_written;
    if (vt220)
        return SCLP_CONSOLE_VT220;
    return line_mode ? SCLP_CONSOLE_LINE_MODE : 0;
}

static uint8_t typed(const struct sclp_state *state, uint32_t at)
{
    return state->input[(state->input_start + at) % SCLP_INPUT_SIZE];
}

static void drop_typed(struct sclp_state *state, uint32_t count)
{
    state->input_start = (state->input_start + count) % SCLP_INPUT_SIZE;
    state->input_length -= count;
}

size_t sclp_console_take(struct sclp_state *state, uint8_t *to, size_t room)
{
    uint32_t count = state->input_length < room ? state->input_length : (uint32_t)room;

    for (uint32_t i = 0; i < count; i++)
        to[i] = typed(state, i);
    drop_typed(state, count);
    return count;
}

/* Keys that act at once, without the end of a line: interrupt, end of file, suspend. */
static bool acts_at_once(uint8_t c)
{
    return c == CONTROL('C') || c == CONTROL('D') || c == CONTROL('Z');
}

static bool ends_line(uint8_t c)
{
    return c == '\r' || c == '\n' || acts_at_once(c);
}

/* Bytes up to and with the end of the first line; 0 where it is not complete. */
static uint32_t first_line(const struct sclp_state *state)
{
    for (uint32_t i = 0; i < state->input_length; i++)
        if (ends_line(typed(state, i)))
            return i + 1;
    /* A full queue will never see an end. */
    return state->input_length == SCLP_INPUT_SIZE ? SCLP_INPUT_SIZE : 0;
}

bool sclp_console_line_ready(const struct sclp_state *state)
{
    return first_line(state) != 0;
}

struct line {
    uint8_t *text;
    size_t room;
    size_t length;
};

static void add_character(struct line *line, uint8_t c)
{
    if (line->length < line->room)
        line->text[line->length++] = c;
}

static void edit(struct line *line, uint8_t c)
{
    if (c == BACKSPACE || c == DELETE) {
        if (line->length)
            line->length--;
    } else if (acts_at_once(c)) {
        /* A caret and a letter stand for a control key, which drops what the line held. */
        line->length = 0;
        add_character(line, '^');
        add_character(line, (uint8_t)(c | 0x60));
    } else if (c == SYSRQ) {
        add_character(line, '^');
        add_character(line, '-');
    } else if (c != '\r' && c != '\n') {
        add_character(line, c);
    }
}

bool sclp_console_take_line(struct sclp_state *state, uint8_t *to, size_t room, size_t *length)
{
    const uint32_t count = first_line(state);
    struct line line = {.text = to, .room = room};

    if (!count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        edit(&line, typed(state, i));
    drop_typed(state, count);
    *length = line.length;
    return true;
}
