/* SPDX-License-Identifier: MIT */
struct renderer;

extern struct renderer *renderer;
void renderer_draw(struct renderer *which);
