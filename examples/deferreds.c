/* SPDX-License-Identifier: MIT */
/* deferreds: ask three stations for the temperature at the same time.  One
 * answers, one is broken, one has to be asked twice. */
#include <errno.h>
#include <stdio.h>

#include <vreactor/vreactor.h>

enum { STATIONS = 3 };

struct station {
    const char *name;
    vr_time delay; /* in which it answers, the first time */
    int degrees;
    int err; /* why the station has no answer; 0: it has one */
    int asked;
    struct vr_reactor *reactor;
    struct vr_call call;
    struct vr_pending *answer; /* borrowed: it belongs to the caller of ask() */
};

/* The source has a result; a driver would do this when its device answers. */
static void on_measured(struct vr_call *call)
{
    struct station *station = vr_container_of(call, struct station, call);

    if (station->err)
        (void)vr_pending_fail(station->answer,
                              vr_failure_new(NULL, station->err, "measure",
                                             NULL, "the sensor is wet"));
    else
        (void)vr_pending_fire(station->answer,
                              vr_value_of(&station->degrees, NULL));
}

/* The deferred was cancelled or freed. */
static void on_unwanted(void *arg, struct vr_pending *answer)
{
    struct station *station = arg;

    (void)answer;
    (void)vr_call_cancel(&station->call);
}

/* The answer, which is the caller's; NULL if there is no memory. */
static struct vr_pending *ask(struct station *station)
{
    vr_time delay = station->asked++ ? VR_MSEC : station->delay;

    station->answer =
        vr_pending_new(vr_reactor_env(station->reactor), on_unwanted, station);
    if (station->answer)
        vr_call_after(&station->call, delay);
    return station->answer;
}

/* Silence is worth another try, anything else is not. */
static struct vr_result ask_again(void *arg, struct vr_failure *why)
{
    if (!vr_failure_is_cancel(why))
        return vr_fail(why);

    vr_failure_unref(why);
    return vr_wait_for(ask(arg));
}

/* The first answer within a time, another whenever it comes. */
static struct vr_pending *ask_with_patience(struct station *station)
{
    struct vr_pending *answer =
        vr_within(ask(station), station->reactor, 20 * VR_MSEC);

    if (!vr_pending_then(answer, NULL, ask_again, station))
        return answer;
    vr_pending_free(answer);
    return NULL;
}

static struct vr_result print_report(void *arg, struct vr_value value)
{
    const struct station *stations = arg;
    const struct vr_results *results = value.ptr;
    char why[128];

    for (size_t i = 0; i < results->count; i++) {
        const struct vr_result *result = &results->items[i];
        if (result->failure) {
            vr_failure_format(result->failure, why, sizeof(why));
            printf("%s: %s\n", stations[i].name, why);
        } else {
            printf("%s: %d degrees, asked %d times\n", stations[i].name,
                   *(int *)result->value.ptr, stations[i].asked);
        }
    }
    vr_value_free(value);
    vr_reactor_stop(stations[0].reactor);
    return vr_ok(vr_value_none());
}

static struct vr_pending *ask_all(struct vr_reactor *reactor,
                                  struct station *stations)
{
    struct vr_pending *answers[STATIONS];

    for (int i = 0; i < STATIONS; i++) {
        stations[i].reactor = reactor;
        vr_call_init(&stations[i].call, reactor, on_measured);
        answers[i] = ask_with_patience(&stations[i]);
    }
    struct vr_pending *report =
        vr_pending_all(vr_reactor_env(reactor), answers, STATIONS);
    if (!vr_pending_then(report, print_report, NULL, stations))
        return report;
    vr_pending_free(report);
    return NULL;
}

int main(void)
{
    struct station stations[STATIONS] = {
        {.name = "north", .delay = 2 * VR_MSEC, .degrees = 7},
        {.name = "south", .delay = 1 * VR_MSEC, .err = -EIO},
        {.name = "west", .delay = 60 * VR_SEC, .degrees = 9},
    };
    struct vr_reactor *reactor;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    struct vr_pending *report = ask_all(reactor, stations);
    int err = report ? vr_reactor_run(reactor) : -ENOMEM;
    vr_pending_free(report);
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
