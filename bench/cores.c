/* SPDX-License-Identifier: MIT */
#include "bench/cores.h"

#include <sched.h>

#include "bench/peer.h"

bool cores_find(int ret_cores[2])
{
    cpu_set_t set;
    int found = 0;

    must(!sched_getaffinity(0, sizeof(set), &set), "sched_getaffinity");
    for (int core = 0; core < CPU_SETSIZE && found < 2; core++)
        if (CPU_ISSET(core, &set))
            ret_cores[found++] = core;
    if (found < 2)
        ret_cores[1] = ret_cores[0];
    return found == 2;
}

void core_stay_on(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core, &set);
    must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}
