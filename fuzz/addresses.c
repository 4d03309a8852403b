/* SPDX-License-Identifier: MIT */
/**
 * @file addresses.c
 * Any text is read as an address, and any bytes of the system's are taken for
 * one.  What comes of that is compared with a second reader, made of
 * inet_pton(3) and the rules that io/name/address.h states; what is printed
 * must be one safe word, which reads as the same address.
 *
 *   reaches io/name/address_parse.c: return -ENAMETOOLONG;
 *   reaches io/name/address_parse.c: return groups->gap != NO_GAP;
 *   reaches io/name/address_parse.c: groups->len += IP4_SIZE;
 *   reaches io/name/address_parse.c: return number > 0 ? 0 : -VR_EADDRESS;
 *   reaches io/name/address_parse.c: return look_up_zone(env, name, ret_zone);
 *   reaches io/name/address_parse.c: return digit_of(at[2]) << 4
 *   reaches io/name/address_format.c: vr_text_add(text, "%%%s", name);
 *   reaches io/name/address_format.c: (unsigned char)byte);
 *   reaches io/name/address.c: name.len += before + name.len < most
 *   reaches io/name/address.c: !vr_ip6_is_link_local(&a.sin6_addr));
 */
#include "fuzz/fuzz.h"

#include <vreactor/base/env.h>

#include "fuzz/places.h"

const char fuzz_target[] = "addresses";

enum { TEXT_MOST = 600 };

/* ---- the input's interface ---- */

static void give_name(struct fuzz_input *in)
{
    size_t len;
    const uint8_t *name = fuzz_bytes(in, fuzz_below(in, sizeof(given)), &len);

    memset(given, 0, sizeof(given));
    if (len)
        memcpy(given, name, len);
    if (!strcmp(given, "lo") || !strcmp(given, "eth0") ||
        !strcmp(given, "busy"))
        given[0] = '\0';
}

/* ---- printing ---- */

static void check_safe(const char *text)
{
    for (; *text; text++)
        fuzz_check(*text > ' ' && *text < 0x7f && *text != '\'' &&
                   *text != '"');
}

/* A socket without a name is no address, one whose path has no zero behind it
 * is none of ours. */
static void check_read_again(const struct vr_env *env, const char *text,
                             const struct vr_address *peer)
{
    struct place place = place_of(peer), again;
    bool is_ip = place.family == AF_INET || place.family == AF_INET6;
    struct vr_address read;

    check_safe(text);
    fuzz_check(strlen(text) < VR_ADDRESS_TEXT_SIZE - 1);
    int err = vr_address_parse(env, text, &read);
    if (is_ip || (place.len && place.len < NAME_MOST)) {
        fuzz_check(!err && vr_address_is_equal(&read, peer));
        again = place_of(&read);
        fuzz_check(same(&place, &again));
    } else if (!place.len) {
        fuzz_check(err == -VR_EADDRESS);
    }
}

static void check_cut(const struct vr_address *peer, const char *whole,
                      size_t size)
{
    char *room = malloc(size + !size);
    size_t len = strlen(whole);

    fuzz_check(room && vr_address_format(peer, room, size) == room);
    if (size) {
        len = len < size - 1 ? len : size - 1;
        fuzz_check(!memcmp(room, whole, len) && !room[len]);
    }
    free(room);
}

static void check_printed(const struct vr_env *env, struct fuzz_input *in,
                          const struct vr_address *peer)
{
    char text[VR_ADDRESS_TEXT_SIZE], named[VR_ADDRESS_TEXT_SIZE];

    check_read_again(env, vr_address_format(peer, text, sizeof(text)), peer);
    check_read_again(
        env, vr_address_format_named(peer, env, named, sizeof(named)), peer);
    check_cut(peer, text, fuzz_below(in, 64));
    check_cut(peer, text, strlen(text));
}

/* ---- what is known of an address ---- */

static void check_known(const struct vr_address *peer)
{
    static const uint8_t mapped[13] = {[10] = 0xff, 0xff, 127};
    struct place place = place_of(peer);
    bool local =
        place.family == AF_UNIX ||
        (place.family == AF_INET && place.ip[0] == 127) ||
        (place.family == AF_INET6 &&
         (is_loopback(place.ip) || !memcmp(place.ip, mapped, sizeof(mapped))));

    fuzz_check(vr_address_family(peer) == place.family);
    fuzz_check(vr_address_port(peer) == place.port);
    fuzz_check(vr_address_is_local(peer) == local);
    fuzz_check(vr_address_is_equal(peer, peer));
}

static bool is_family_known(int family)
{
    return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

static void check_equality(const struct vr_address *a,
                           const struct vr_address *b)
{
    struct place first = place_of(a), second = place_of(b);
    bool equal = vr_address_is_equal(a, b);

    fuzz_check(vr_address_is_equal(b, a) == equal);
    if (is_family_known(first.family) || is_family_known(second.family))
        fuzz_check(equal == same(&first, &second));
}

/* ---- the two ways in ---- */

static void try_text(const struct vr_env *env, struct fuzz_input *in, bool host)
{
    static const struct vr_address unset = {.len = 3};
    struct place place = {0}, got;
    struct vr_address peer = unset;
    char copy[TEXT_MOST + 1];
    size_t len;
    const uint8_t *bytes = fuzz_bytes(in, TEXT_MOST, &len);
    char *text = calloc(1, len + 1);

    fuzz_check(text);
    if (len)
        memcpy(text, bytes, len);
    (void)strcpy(copy, text);
    place.port = host ? 443 : 0;
    int want = host ? read_ip(copy, strchr(copy, ':') != NULL, &place)
                    : read_text(copy, &place);
    int err = host ? vr_address_ip(env, text, 443, &peer)
                   : vr_address_parse(env, text, &peer);
    free(text);

    fuzz_check(err == want);
    if (err) {
        fuzz_check(!memcmp(&peer, &unset, sizeof(peer)));
        return;
    }
    got = place_of(&peer);
    fuzz_check(same(&place, &got));
    check_known(&peer);
    check_printed(env, in, &peer);
}

/* What a length can be: @bytes are behind the family. */
static bool can_be(int family, size_t len, const uint8_t *bytes)
{
    if (len > sizeof(struct sockaddr_storage) || len == 1)
        return false;
    if (family == AF_INET)
        return !len || len >= sizeof(struct sockaddr_in);
    if (family == AF_INET6)
        return !len || len >= sizeof(struct sockaddr_in6);
    if (family != AF_UNIX || len <= 2 + NAME_MOST)
        return true;
    return *bytes && memchr(bytes, 0, NAME_MOST + 1);
}

/* @return false: it cannot be an address */
static bool take(struct fuzz_input *in, struct vr_address *ret_address)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6, AF_UNIX,
                                           AF_UNSPEC, 99};
    struct sockaddr_storage addr = {0};
    sa_family_t family = families[fuzz_below(in, 5)];
    size_t len = fuzz_byte(in) % (sizeof(addr) + 3), given_len;
    size_t room = sizeof(addr) - sizeof(family);
    const uint8_t *bytes =
        fuzz_bytes(in, len > 2 && len - 2 < room ? len - 2 : room, &given_len);

    addr.ss_family = family;
    if (given_len)
        memcpy((char *)&addr + 2, bytes, given_len);
    /* Nothing behind what there is may be read. */
    size_t there = len < sizeof(addr) ? len : sizeof(addr);
    void *exact = malloc(there + !there);
    fuzz_check(exact);
    memcpy(exact, &addr, there);
    int err = vr_address_from_sockaddr(exact, (socklen_t)len, ret_address);
    free(exact);
    fuzz_check(!err == can_be(family, len, (uint8_t *)&addr + 2));
    fuzz_check(!err || err == -EINVAL);
    return !err;
}

static void try_bytes(const struct vr_env *env, struct fuzz_input *in)
{
    struct vr_address first, second;

    give_name(in);
    if (!take(in, &first))
        return;
    check_known(&first);
    check_printed(env, in, &first);
    if (take(in, &second))
        check_equality(&first, &second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_input(data, size);
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;

    sys.if_nametoindex = index_of;
    sys.if_indextoname = name_of;
    env.sys = &sys;
    given[0] = '\0';
    switch (fuzz_byte(&in)) {
    case 'h':
        try_text(&env, &in, true);
        break;
    case 'b':
        try_bytes(&env, &in);
        break;
    default:
        try_text(&env, &in, false);
    }
    return 0;
}
