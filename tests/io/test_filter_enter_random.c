/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_enter_random.c
 * A filter that enters at any moment, while both sides write and pause and
 * other filters come and go: each byte that was written before passes as it is,
 * each other, and each that was not taken yet, goes through it.  Who has paused
 * hears nothing.
 */
#include "tests/io/dice.h"
#include "tests/io/enter_fixture.h"

enum { RUNS = 300, STEPS = 60, OTHERS = 2, MOST_TURNS = 100000 };

static struct vr_filter others[OTHERS];
static size_t server_wrote, client_wrote, server_got, client_got;
static size_t outbound_border, inbound_border; /* from where it goes through */
static bool is_asked, asks_inside;
static bool client_paused, server_paused;

static void check_bytes(const struct vr_offer *offer, size_t len, size_t *got,
                        size_t border)
{
    for (size_t i = 0; i < len; i++, (*got)++) {
        int letter = 'a' + (int)(*got % 26);
        sure(offer->data[i] == (*got < border ? letter : letter ^ 0x20));
    }
}

static void ask(void)
{
    sure(!enter(&flip));
    is_asked = true;
    outbound_border = server_wrote;
    inbound_border = server_got;
}

static void set_paused(struct vr_consumer *in, bool paused)
{
    *(in == &server.agent.inbound ? &server_paused : &client_paused) = paused;
    if (paused)
        vr_link_pause(in);
    else
        vr_link_resume(in);
}

static size_t hear_client(struct vr_consumer *in, const struct vr_offer *offer)
{
    size_t len = 1 + below(offer->len);

    sure(!server_paused);
    check_bytes(offer, len, &server_got, inbound_border);
    if (asks_inside && !is_asked)
        ask();
    else if (!below(4))
        set_paused(in, true);
    else if (len < offer->len)
        vr_link_pause_briefly(in);
    return len;
}

static size_t hear_server(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    sure(!client_paused);
    check_bytes(offer, offer->len, &client_got, outbound_border);
    return offer->len;
}

static void write_some(struct vr_writer *writer, size_t *wrote)
{
    char text[2000];
    size_t len = 1 + below(sizeof(text));

    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + (*wrote + i) % 26);
    if (!vr_writer_write(writer, text, len))
        *wrote += len;
}

static void change_filters(void)
{
    struct vr_element *other = &others[below(OTHERS)].element;
    bool above = below(2) && flip.filter.element.chain;

    if (other->chain)
        sure(!vr_chain_remove(other));
    else
        sure(!vr_chain_insert(
            above ? &flip.filter.element : &server.socket.element, other));
}

static void step(void)
{
    switch (below(8)) {
    case 0:
        write_some(&server.agent.writer, &server_wrote);
        break;
    case 1:
        write_some(&client.agent.writer, &client_wrote);
        break;
    case 2:
        set_paused(&client.agent.inbound, below(2));
        break;
    case 3:
        set_paused(&server.agent.inbound, below(2));
        break;
    case 4:
        change_filters();
        break;
    case 5:
        if (!is_asked && !below(4))
            ask();
        break;
    case 6:
        asks_inside = asks_inside || !below(4);
        break;
    default:
        turn_some(reactor, 1);
    }
}

static void begin(void)
{
    static const struct vr_consumer_ops of_server = {.consume = hear_client};
    static const struct vr_consumer_ops of_client = {.consume = hear_server};

    set_up();
    server.agent.inbound.ops = &of_server;
    client.agent.inbound.ops = &of_client;
    init_split(&others[0], reactor);
    init_split(&others[1], reactor);
    server_wrote = client_wrote = server_got = client_got = 0;
    outbound_border = inbound_border = SIZE_MAX;
    is_asked = asks_inside = false;
    client_paused = server_paused = false;
}

static bool is_at_rest(void)
{
    return flip.entered && client_got == server_wrote &&
           server_got == client_wrote;
}

static void come_to_rest(void)
{
    if (!is_asked)
        ask();
    set_paused(&client.agent.inbound, false);
    for (int i = 0; i < MOST_TURNS && !is_at_rest(); i++) {
        set_paused(&server.agent.inbound, false);
        turn_some(reactor, 1);
    }
    check(is_at_rest());
    check_int(flip.err, 0);
}

/* promise links-36 */
/* promise links-37 */
/* promise links-3 */
TEST(filter_enter_random, each_byte_passes_or_goes_through_it)
{
    for (unsigned run = 1; run <= RUNS; run++) {
        throw_from(run);
        begin();
        for (int i = 0; i < STEPS; i++)
            step();
        come_to_rest();
        tear_down();
    }
}
