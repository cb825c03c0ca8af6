/* What every client asks first: help.getConfig and its neighbours. */
#include "rpc.h"

/* Where the only data centre goes by any number, it is what the client calls it (TDLib: 1). */
static int number_of(const dc_call *call, const dc_center *center) {
  bool own = call->key->dc == center->id && call->dc->any_dc && call->key->asked != 0;
  return own ? call->key->asked : center->id;
}

static int this_dc(const dc_call *call) {
  return number_of(call, dc_center_find(call->dc, call->key->dc));
}

static const tg_dcOption **options_of(dc_call *call) {
  size_t count = (size_t)call->dc->n_centers;
  const tg_dcOption **list = dc_new(call, count * sizeof *list);
  for (size_t i = 0; list != NULL && i < count; i++) {
    const dc_center *center = &call->dc->centers[i];
    tg_dcOption *option = dc_new(call, sizeof *option);
    if (option == NULL)
      return NULL;
    option->id = number_of(call, center);
    option->ip_address = tl_string_of(center->host);
    option->port = center->port;
    option->ipv6 = strchr(center->host, ':') != NULL;
    option->cdn = center->cdn;
    option->static_ = true;
    option->this_port_only = true;
    list[i] = option;
  }
  return list;
}

/* Numbers that real servers say, so that nothing in a client runs wild. */
static void fill_limits(tg_config *config) {
  config->chat_size_max = 200;
  config->megagroup_size_max = 200000;
  config->forwarded_count_max = 100;
  config->online_update_period_ms = 210000;
  config->offline_blur_timeout_ms = 5000;
  config->offline_idle_timeout_ms = 30000;
  config->online_cloud_timeout_ms = 300000;
  config->notify_cloud_delay_ms = 30000;
  config->notify_default_delay_ms = 1500;
  config->push_chat_period_ms = 60000;
  config->push_chat_limit = 2;
  config->edit_time_limit = 172800;
  config->revoke_time_limit = config->revoke_pm_time_limit = INT32_MAX;
  config->rating_e_decay = 2419200;
  config->stickers_recent_limit = 200;
  config->channels_read_media_period = 604800;
  config->call_receive_timeout_ms = 20000;
  config->call_ring_timeout_ms = 90000;
  config->call_connect_timeout_ms = 30000;
  config->call_packet_timeout_ms = 10000;
  config->caption_length_max = 1024;
  config->message_length_max = 4096;
}

static void get_config(dc_call *call, const void *args) {
  (void)args;
  tg_config config = {.date = call->now,
                      .expires = call->now + 3600,
                      .test_mode = call->dc->options.test,
                      .this_dc = this_dc(call),
                      .dc_txt_domain_name = TL_STR("dc.example"),
                      .me_url_prefix = TL_STR("https://t.me/"),
                      .webfile_dc_id = this_dc(call)};
  const tg_config *answer = &config;
  const tg_dcOption **options = options_of(call);
  if (options == NULL)
    return;
  config.dc_options.items = options;
  config.dc_options.count = (size_t)call->dc->n_centers;
  fill_limits(&config);
  dc_answer(call, &answer);
}

static void get_nearest_dc(dc_call *call, const void *args) {
  (void)args;
  tg_nearestDc nearest = {.country = tl_string_of(call->dc->country),
                          .this_dc = this_dc(call),
                          .nearest_dc = this_dc(call)};
  const tg_nearestDc *answer = &nearest;
  dc_answer(call, &answer);
}

static void get_app_config(dc_call *call, const void *args) {
  const tg_help_getAppConfig *request = args;
  static const tg_help_appConfigNotModified same;
  tg_jsonObject nothing = {.value = {.items = (const void *)tl_empty}};
  tg_help_appConfig config = {.hash = 1, .config = tg_jsonObject_box(&nothing)};
  tg_help_AppConfig answer =
      request->hash == 1 ? tg_help_appConfigNotModified_box(&same) : tg_help_appConfig_box(&config);
  dc_answer(call, &answer);
}

const dc_method dc_methods_help[] = {{"help.getConfig", get_config, DC_UNBOUND},
                                     {"help.getNearestDc", get_nearest_dc, DC_UNBOUND},
                                     {"help.getAppConfig", get_app_config, DC_ANYONE},
                                     {NULL, NULL, 0}};
