/* SPDX-License-Identifier: MIT */
/**
 * @file replay.c
 * A fuzz target as a test: each of its seeds once.
 */
#include <dirent.h>
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "tests/support/test.h"

static bool run_seed(const char *folder, const char *name)
{
    static uint8_t bytes[1 << 20];
    char path[2048];

    if (name[0] == '.')
        return false;
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    check(file != NULL);
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    check(size < sizeof(bytes) && !ferror(file));
    fclose(file);

    /* Of the right size, so that checkers see what is read beyond it. */
    uint8_t *data = malloc(size ? size : 1);
    check(data != NULL);
    memcpy(data, bytes, size);
    fprintf(stderr, "%s\n", path); /* the last one, should it crash */
    check_int(LLVMFuzzerTestOneInput(data, size), 0);
    free(data);
    return true;
}

TEST(fuzz, replays_its_seeds)
{
    struct dirent *entry;
    char folder[1024];
    int seeds = 0;

    (void)snprintf(folder, sizeof(folder), "%s/%s", FUZZ_CORPUS, fuzz_target);
    DIR *dir = opendir(folder);
    check(dir != NULL);
    while ((entry = readdir(dir)) != NULL)
        seeds += run_seed(folder, entry->d_name);
    closedir(dir);
    check(seeds > 0);
}
