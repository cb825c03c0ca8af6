/* The data centres of a tgdc. */
#include "dc.h"

dc_center *dc_center_find(tgdc *dc, int id) {
  for (int i = 0; i < dc->n_centers; i++)
    if (dc->centers[i].id == id)
      return &dc->centers[i];
  return NULL;
}
