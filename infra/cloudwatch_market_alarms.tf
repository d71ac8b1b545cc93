# Alarms of live market data. None of them concerns trading.

locals {
  of_notifier = { FunctionName = local.function_names.notifier }
  of_socket   = { ApiId = one(aws_apigatewayv2_api.socket[*].id), Stage = local.socket_stage }

  market_alarms = {
    notifier-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = local.of_notifier
      threshold = 0, minutes = 5, of = 1
      text      = "The notifier fails: candles, fills and pushes are late"
    }
    notifier-behind = {
      namespace = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", dimensions = local.of_notifier
      threshold = 30000, minutes = 1, of = 3
      text      = "The notifier is half a minute behind the events. After a minute it skips them"
    }
    notifier-gave-up = {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      threshold = 0, minutes = 5, of = 1, dimensions = { QueueName = "ExchangeNotifierFailures" }
      text      = "Lambda gave up on a batch of events. Followers got snapshots instead"
    }
    pushes-fail = {
      namespace = local.service_name, metric = "pushFailures", statistic = "Sum", dimensions = { service = local.function_names.notifier }
      threshold = 0, minutes = 5, of = 3
      text      = "API Gateway has refused messages to followers for 15 minutes. They get snapshots instead"
    }
    connect-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.connect }
      threshold = 0, minutes = 5, of = 1
      text      = "The connect function fails: clients cannot connect"
    }
    message-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.message }
      threshold = 0, minutes = 5, of = 1
      text      = "The message function fails: requests of clients are not answered"
    }
    disconnect-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.disconnect }
      threshold = 0, minutes = 5, of = 1
      text      = "The disconnect function fails: orders of ended connections may stay open until the next sweep, and followers may lack messages until the next event"
    }
    socket-refuses = {
      namespace = "AWS/ApiGateway", metric = "ExecutionError", statistic = "Sum", dimensions = local.of_socket
      threshold = 5, minutes = 5, of = 1
      text      = "The WebSocket API could not call its functions"
    }
  }
}
